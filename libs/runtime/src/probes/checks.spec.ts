import type { ConsumerHealth, LogConsumer } from '@crossdock/core';
import type { Database, Migration, Projector, Relay } from '@crossdock/event-log';
import { describe, expect, it } from 'vitest';
import { consumersCheck, databaseCheck, migrationsCheck, projectionCheck, relayCheck } from './checks.ts';
import { runChecks } from './readiness-check.ts';

const answering = (rows: readonly unknown[]): Pick<Database, 'query'> => ({ query: () => Promise.resolve(rows as never[]) });
const broken: Pick<Database, 'query'> = { query: () => Promise.reject(Object.assign(new Error('no'), { code: 'database_unreachable' })) };

describe('the database', () => {
  it('answers, or does not', async () => {
    expect(await runChecks([databaseCheck(answering([])), databaseCheck(broken)])).toMatchObject([
      { name: 'database', ok: true, detail: 'answers' },
      { name: 'database', ok: false, detail: 'failed: database_unreachable' },
    ]);
  });
});

describe('migrations', () => {
  const known = ['First', 'Second'].map((name) => ({ name })) as unknown as readonly Migration[];
  const check = (...names: readonly string[]): Promise<unknown> =>
    migrationsCheck(answering(names.map((name) => ({ name }))), known).check();

  it('are all applied, a newer version’s perhaps as well', async () => {
    expect(await check('First', 'Second')).toEqual({ ok: true, detail: '2 applied' });
    expect(await check('First', 'Second', 'Third')).toEqual({ ok: true, detail: '2 applied' });
  });

  it('are missing', async () => {
    expect(await check('First', 'Third')).toEqual({ ok: false, detail: '1 of 2 are not applied' });
  });
});

describe('consumers', () => {
  const one = (state: ConsumerHealth['state'], lag = 0): ConsumerHealth => ({
    group: 'router',
    topic: 'crossdock.messages.validated',
    shard: 1,
    state,
    checkpoint: 7,
    lag,
    ...(state === 'stalled' ? { problem: 'password authentication failed for user "hub"' } : {}),
  });
  const check = (...health: readonly ConsumerHealth[]): Promise<unknown> =>
    consumersCheck([{ health: () => health } as unknown as LogConsumer]).check();

  it('run or stand by', async () => {
    expect(await check(one('running', 3), one('running', 4), one('standby'))).toEqual({
      ok: true,
      detail: '2 running, 1 standing by, 7 positions behind',
    });
  });

  it.each(['starting', 'stalled', 'stopped'] as const)('are %s, which is shown without the reason', async (state) => {
    expect(await check(one('running'), one(state))).toEqual({
      ok: false,
      detail: `router of crossdock.messages.validated, shard 1: ${state}`,
    });
  });
});

describe('what only tells', () => {
  const shards = (['running', 'running', 'stalled'] as const).map((state, shard) => ({
    shard,
    state,
    position: 5,
    lag: 7,
    lagMs: 1,
    damaged: 0,
  }));

  it('passes whatever is behind: messages are taken in all the same', async () => {
    const projector: Pick<Projector, 'health'> = { health: () => shards };
    const relay: Pick<Relay, 'health'> = { health: () => shards };
    expect(await runChecks([projectionCheck(projector), relayCheck(relay)])).toMatchObject([
      { name: 'projection', ok: true, detail: '2 running, 1 stalled, 21 events behind' },
      { name: 'relay', ok: true, detail: '2 running, 1 stalled, 21 records behind' },
    ]);
  });
});
