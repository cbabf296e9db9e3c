import type { ConsumerHealth, LogConsumer } from '@crossdock/core';
import type { Database, Migration, Projector, Relay } from '@crossdock/event-log';
import type { CheckOutcome, ReadinessCheck } from './readiness-check.ts';

/** The database answers a query. */
export function databaseCheck(database: Pick<Database, 'query'>): ReadinessCheck {
  return {
    name: 'database',
    check: async () => {
      await database.query('select 1');
      return { ok: true, detail: 'answers' };
    },
  };
}

/** Every migration that this version knows is applied. A newer version's may be as well. */
export function migrationsCheck(database: Pick<Database, 'query'>, migrations: readonly Migration[]): ReadinessCheck {
  return {
    name: 'migrations',
    check: async () => {
      const rows = await database.query<{ name: string }>('select name from migration');
      const applied = new Set(rows.map(({ name }) => name));
      const missing = migrations.filter(({ name }) => !applied.has(name)).length;
      if (missing > 0) return { ok: false, detail: `${missing} of ${migrations.length} are not applied` };
      return { ok: true, detail: `${migrations.length} applied` };
    },
  };
}

/** The consumers of this process go on, or stand by for another's. */
export function consumersCheck(consumers: readonly LogConsumer[]): ReadinessCheck {
  return { name: 'consumers', check: () => Promise.resolve(consumersOutcome(consumers.flatMap((consumer) => consumer.health()))) };
}

function consumersOutcome(health: readonly ConsumerHealth[]): CheckOutcome {
  const broken = health.filter(({ state }) => state !== 'running' && state !== 'standby');
  if (broken.length > 0) {
    const parts = broken.map(({ group, topic, shard, state }) => `${group} of ${topic}, shard ${shard}: ${state}`);
    return { ok: false, detail: parts.join('; ') };
  }
  const standby = health.filter(({ state }) => state === 'standby').length;
  const lag = health.reduce((sum, one) => sum + one.lag, 0);
  return { ok: true, detail: `${health.length - standby} running, ${standby} standing by, ${lag} positions behind` };
}

/** How far behind the lists are. Never a reason to send no requests here: messages are taken in, and read by id, without them. */
export function projectionCheck(projector: Pick<Projector, 'health'>): ReadinessCheck {
  return {
    name: 'projection',
    check: () => {
      const shards = projector.health();
      const lag = shards.reduce((sum, shard) => sum + shard.lag, 0);
      return Promise.resolve({ ok: true, detail: `${statesOf(shards)}, ${lag} events behind` });
    },
  };
}

/** What the relay of this process does. Never a reason to send no requests here: without it messages wait, but are taken in. */
export function relayCheck(relay: Pick<Relay, 'health'>): ReadinessCheck {
  return {
    name: 'relay',
    check: () => {
      const shards = relay.health();
      const lag = shards.reduce((sum, shard) => sum + shard.lag, 0);
      return Promise.resolve({ ok: true, detail: `${statesOf(shards)}, ${lag} records behind` });
    },
  };
}

/** `2 running, 1 standby` */
function statesOf(shards: readonly { readonly state: ConsumerHealth['state'] }[]): string {
  const told = (['running', 'standby', 'stalled', 'starting', 'stopped'] as const).flatMap((state) => {
    const count = shards.filter((shard) => shard.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return told.join(', ');
}
