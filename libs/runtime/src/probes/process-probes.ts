import { legacyError } from '@crossdock/contracts';
import type { Logger, ProbeAnswer, Probes } from '@crossdock/kit';
import { runChecks, type CheckResult, type ReadinessCheck } from './readiness-check.ts';

export interface ProcessProbesParts {
  readonly logger: Logger;
  /** Monotonic, ms. */
  readonly now: () => number;
}

type Phase =
  | { readonly kind: 'starting'; readonly detail: string }
  | { readonly kind: 'running'; readonly checks: readonly ReadinessCheck[] }
  | { readonly kind: 'stopping' };

/** Probes that come thick and fast share an answer that is no older. */
const FRESH_MS = 500;
/** Of no meaning: a path alone is no URL. */
const BASE = 'http://probe';
const RETRY_AFTER_S = '5';
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

/**
 * How one process is: `/livez` says that it turns, `/readyz` that it can do its work, `/startupz` the same until it did for the
 * first time. `?verbose` shows the checks.
 */
export class ProcessProbes implements Probes {
  readonly #logger: Logger;
  readonly #now: () => number;
  #phase: Phase = { kind: 'starting', detail: 'the process starts' };
  #recent: { readonly at: number; readonly results: Promise<readonly CheckResult[]> } | undefined;
  #wasReady = false;
  #failing = '';

  constructor({ logger, now }: ProcessProbesParts) {
    this.#logger = logger;
    this.#now = now;
  }

  /** What the start waits for now. */
  starting(detail: string): void {
    this.#phase = { kind: 'starting', detail };
  }

  /** The start is over: from now on the checks decide. */
  running(checks: readonly ReadinessCheck[]): void {
    this.#phase = { kind: 'running', checks };
  }

  /** Not ready from now on, whatever the checks say. */
  stopping(): void {
    this.#phase = { kind: 'stopping' };
  }

  async answer(url: string): Promise<ProbeAnswer | undefined> {
    if (!URL.canParse(url, BASE)) return undefined;
    const { pathname, searchParams } = new URL(url, BASE);
    const verbose = searchParams.has('verbose');
    if (pathname === '/livez') return answerOf([], verbose);
    if (pathname === '/startupz') return answerOf(this.#wasReady ? [] : await this.#results(), verbose);
    return pathname === '/readyz' ? answerOf(await this.#results(), verbose) : undefined;
  }

  async #results(): Promise<readonly CheckResult[]> {
    const phase = this.#phase;
    if (phase.kind === 'starting') return [{ name: 'start', ok: false, detail: phase.detail, ms: 0 }];
    if (phase.kind === 'stopping') return [{ name: 'stop', ok: false, detail: 'the process stops', ms: 0 }];
    const now = this.#now();
    if (this.#recent === undefined || now - this.#recent.at > FRESH_MS) {
      this.#recent = { at: now, results: runChecks(phase.checks) };
      this.#tell(await this.#recent.results);
    }
    const results = await this.#recent.results;
    // It may have begun to stop while the checks ran.
    return this.#phase === phase ? results : await this.#results();
  }

  /** A line when readiness is lost and when it is back, not for every probe. */
  #tell(results: readonly CheckResult[]): void {
    const failed = results.filter(({ ok }) => !ok);
    const failing = failed.map(({ name }) => name).join(', ');
    if (failing === '') this.#wasReady = true;
    if (failing === this.#failing) return;
    this.#failing = failing;
    if (failing === '') this.#logger.info({ event: 'readiness_back' }, 'ready again');
    else this.#logger.warn({ event: 'readiness_lost', checks: failed }, `not ready: ${failing}`);
  }
}

function answerOf(results: readonly CheckResult[], verbose: boolean): ProbeAnswer {
  const failed = results.filter(({ ok }) => !ok);
  const checks = verbose ? { checks: results } : {};
  if (failed.length === 0) return { status: 200, headers: HEADERS, body: JSON.stringify({ status: 'ok', ...checks }) };
  const detail = `Not ready: ${failed.map(({ name, detail: why }) => `${name}: ${why}`).join('; ')}.`;
  const body = JSON.stringify({ ...legacyError('not_ready', detail), ...checks });
  return { status: 503, headers: { ...HEADERS, 'retry-after': RETRY_AFTER_S }, body };
}
