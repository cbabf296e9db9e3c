import { rebuildProjection } from '@crossdock/event-log';
import { usageOf, spentBetween } from '../measure/usage.ts';
import { fillLog } from '../prefill/fill-log.ts';
import type { ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import { othersNote, type Bench } from './bench.ts';
import { ownPostgres } from './own-postgres.ts';

const MESSAGES = { quick: 20_000, usual: 100_000, full: 1_000_000 } as const;
const ROUTE = {
  store: '5'.repeat(24),
  revision: 1,
  mapping: { id: '6'.repeat(24), name: 'bench.orders', url: 'http://127.0.0.1:9/orders', endpoint: 1 },
};

/** The projection, built anew from a log of messages that were all delivered. */
export async function rebuild(bench: Bench): Promise<ScenarioResult> {
  const { postgres, database, close } = await ownPostgres(bench, await bench.newDataDir('rebuild'));
  try {
    const messages = MESSAGES[bench.options.size];
    bench.say(`fills the log with ${show(messages, 'count')} messages`);
    await fillLog({ url: postgres.url, route: ROUTE, messages, days: 1, now: Date.now() });
    bench.say('rebuilds');
    const processes = { node: process.pid, postmaster: postgres.pid, generator: 0, endpoint: 0 };
    const before = await usageOf(processes);
    const result = await rebuildProjection(database);
    const spent = spentBetween(before, await usageOf(processes));
    return {
      scenario: 'rebuild',
      figures: [
        { what: 'events', value: result.events / (result.ms / 1_000), unit: 'per second', target: 'rebuild' },
        { what: '  Node an event', value: spent.node / result.events, unit: 'µs' },
        { what: '  Postgres an event', value: spent.postgres / result.events, unit: 'µs' },
      ],
      notes: [
        `${show(result.events, 'count')} events of ${show(messages, 'count')} messages in ${show(result.ms / 1_000, 's')}`,
        ...othersNote(spent),
      ],
      detail: { result, spent },
    };
  } finally {
    await close();
  }
}
