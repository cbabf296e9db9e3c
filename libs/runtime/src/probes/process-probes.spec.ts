import type { Logger } from '@crossdock/kit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessProbes } from './process-probes.ts';
import type { CheckOutcome, ReadinessCheck } from './readiness-check.ts';

const FRESH_MS = 500;

let now: number;
let told: unknown[];
let probes: ProcessProbes;

beforeEach(() => {
  now = 0;
  told = [];
  const tell = (facts: { readonly event: string }, message: string): void => void told.push([facts.event, message]);
  const logger = { info: tell, warn: tell } as unknown as Logger;
  probes = new ProcessProbes({ logger, now: () => now });
});

function check(name: string, outcome: () => CheckOutcome | Promise<CheckOutcome>, timeoutMs?: number): ReadinessCheck {
  return { name, check: async () => await outcome(), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}
const good = { ok: true, detail: 'fine' };
const bad = { ok: false, detail: 'broken' };

async function ask(url: string): Promise<readonly [number, unknown]> {
  const answer = await probes.answer(url);
  return [answer?.status ?? 0, answer === undefined ? undefined : (JSON.parse(answer.body) as unknown)];
}
const statusOf = async (url: string): Promise<number> => (await ask(url))[0];

describe('a process that starts', () => {
  it('lives, is not ready, and says what it waits for', async () => {
    probes.starting('the database does not answer yet');
    expect(await ask('/livez')).toEqual([200, { status: 'ok' }]);
    expect(await ask('/readyz?verbose')).toEqual([
      503,
      {
        error: 'Not ready: start: the database does not answer yet.',
        code: 'not_ready',
        hint: 'Send it again after the seconds that Retry-After names; /readyz says what is waited for.',
        checks: [{ name: 'start', ok: false, detail: 'the database does not answer yet', ms: 0 }],
      },
    ]);
    expect(await statusOf('/startupz')).toBe(503);
    expect((await probes.answer('/readyz'))?.headers).toMatchObject({ 'retry-after': '5', 'cache-control': 'no-store' });
  });

  it('has started once it was ready, and stays so', async () => {
    let outcome = bad;
    probes.running([check('database', () => outcome)]);
    expect(await statusOf('/startupz')).toBe(503);
    outcome = good;
    now += FRESH_MS + 1;
    expect(await statusOf('/startupz')).toBe(200);
    outcome = bad;
    now += FRESH_MS + 1;
    expect([await statusOf('/startupz'), await statusOf('/readyz')]).toEqual([200, 503]);
  });
});

describe('a running process', () => {
  it('is ready where every check passes, and shows them if asked', async () => {
    probes.running([check('a', () => good), check('b', () => good)]);
    expect(await ask('/readyz')).toEqual([200, { status: 'ok' }]);
    const passed = (name: string): unknown => ({ name, ok: true, detail: 'fine', ms: expect.any(Number) as unknown });
    expect(await ask('/readyz?verbose')).toEqual([200, { status: 'ok', checks: [passed('a'), passed('b')] }]);
  });

  it('is not ready where one fails, throws or takes too long, and names each', async () => {
    probes.running([
      check('fine', () => good),
      check('broken', () => bad),
      check('thrown', () => Promise.reject(Object.assign(new Error('secret-host:5432 refused'), { code: 'ECONNREFUSED' }))),
      check('slow', () => new Promise(() => undefined), 10),
    ]);
    const [status, body] = await ask('/readyz');
    expect([status, body]).toMatchObject([
      503,
      { error: 'Not ready: broken: broken; thrown: failed: ECONNREFUSED; slow: no answer within 0.01 s.' },
    ]);
    expect(JSON.stringify(body)).not.toContain('secret-host');
  });

  it('lives whatever the checks say', async () => {
    probes.running([check('a', () => bad)]);
    expect(await statusOf('/livez')).toBe(200);
  });

  it('asks once for probes that come at the same time or shortly after', async () => {
    const outcome = vi.fn(() => good);
    probes.running([check('a', outcome)]);
    await Promise.all([ask('/readyz'), ask('/readyz'), ask('/startupz')]);
    now += FRESH_MS;
    await ask('/readyz');
    expect(outcome).toHaveBeenCalledTimes(1);
    now += 1;
    await ask('/readyz');
    expect(outcome).toHaveBeenCalledTimes(2);
  });

  it('logs readiness lost and back, each once', async () => {
    let outcome = bad;
    probes.running([check('database', () => outcome)]);
    for (const next of [bad, bad, good, good]) {
      outcome = next;
      now += FRESH_MS + 1;
      await ask('/readyz');
    }
    expect(told).toEqual([
      ['readiness_lost', 'not ready: database'],
      ['readiness_back', 'ready again'],
    ]);
  });
});

describe('a process that stops', () => {
  it('is not ready at once, even for a probe whose checks still run', async () => {
    let pass: (outcome: CheckOutcome) => void = () => undefined;
    probes.running([check('a', () => new Promise((resolve) => (pass = resolve)))]);
    const asked = ask('/readyz');
    probes.stopping();
    pass(good);
    expect([await asked, await ask('/readyz')]).toMatchObject([
      [503, { error: 'Not ready: stop: the process stops.' }],
      [503, { error: 'Not ready: stop: the process stops.' }],
    ]);
    expect(await statusOf('/livez')).toBe(200);
  });
});

it('knows no other addresses', async () => {
  expect(await Promise.all(['/', '/healthz', '/readyz/', '//', '/livez/x'].map((url) => probes.answer(url)))).toEqual(
    Array(5).fill(undefined),
  );
});
