import { codeOf, pause } from '@crossdock/kit';

/** One thing that a process needs for its work. Strangers may read the detail: it names no address and quotes no error. */
export interface ReadinessCheck {
  readonly name: string;
  /** 2 s unless said otherwise. */
  readonly timeoutMs?: number;
  readonly check: () => Promise<CheckOutcome>;
}

export interface CheckOutcome {
  readonly ok: boolean;
  readonly detail: string;
}

export interface CheckResult extends CheckOutcome {
  readonly name: string;
  readonly ms: number;
}

/** Adapters that know checks of their own, such as those of a broker. */
export interface Checked {
  readonly checks?: readonly ReadinessCheck[];
}

const TIMEOUT_MS = 2_000;

/** Runs them beside each other; one that throws or takes too long has failed. In the order of the checks. */
export async function runChecks(checks: readonly ReadinessCheck[]): Promise<readonly CheckResult[]> {
  return await Promise.all(checks.map(runCheck));
}

async function runCheck({ name, timeoutMs = TIMEOUT_MS, check }: ReadinessCheck): Promise<CheckResult> {
  const start = performance.now();
  const over = new AbortController();
  const late = pause(timeoutMs, over.signal).then(() => ({ ok: false, detail: `no answer within ${timeoutMs / 1000} s` }));
  const outcome = await Promise.race([outcomeOf(check), late]);
  over.abort();
  return { name, ...outcome, ms: Math.round(performance.now() - start) };
}

async function outcomeOf(check: ReadinessCheck['check']): Promise<CheckOutcome> {
  try {
    return await check();
  } catch (error) {
    return { ok: false, detail: `failed: ${codeOf(error) ?? 'unexpectedly'}` };
  }
}
