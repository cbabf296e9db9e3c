import { received } from '@crossdock/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PgWorlds, type PgWorld } from '../../../../tools/testing/pg-world.ts';
import { Log1764000000001 } from '../migrations/1764000000001-log.ts';
import { Work1764000000002 } from '../migrations/1764000000002-work.ts';
import { Relay1764000000004 } from '../migrations/1764000000004-relay.ts';
import { migrate } from '../migrations/migrate.ts';
import { PgRelayStore } from './pg-relay-store.ts';
import { relayStoreContract, type RelayStoreWorld } from './testing/relay-store.contract.ts';
import { idOfNumber } from './testing/story.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

async function openWorld(): Promise<RelayStoreWorld & { readonly world: PgWorld }> {
  const world = await worlds.open();
  await migrate(world.url, [Log1764000000001, Work1764000000002, Relay1764000000004]);
  const { one, two } = world;
  for (const shard of [0, 1]) {
    const streams = Array.from({ length: 10 }, (_, n) => idOfNumber(shard * 100 + n));
    await one.unitOfWork.run((tx) =>
      one.log.append(
        tx,
        shard,
        streams.map((stream) => ({
          stream,
          version: 1,
          at: 1_795_219_200_000,
          event: received({ root: stream }),
          payload: Buffer.from('{}'),
        })),
      ),
    );
  }
  return {
    world,
    one: new PgRelayStore(one.database, one.worker.id),
    two: new PgRelayStore(two.database, two.worker.id),
    dieOne: () => one.die(),
    raiseEpoch: () => one.database.script('update log_shard set epoch = epoch + 1'),
    setCheckpoints: async (shard, checkpoints) => {
      for (const { group, topic, position } of checkpoints)
        await one.database.query('insert into checkpoint ("group", topic, shard, position) values ($1, $2, $3, $4)', [
          group,
          topic,
          shard,
          position,
        ]);
    },
    close: () => world.close(),
  };
}

relayStoreContract('Postgres', openWorld);

describe('PgRelayStore', () => {
  let opened: Awaited<ReturnType<typeof openWorld>>;
  beforeEach(async () => {
    opened = await openWorld();
  });
  afterEach(() => opened.close());

  it('gives nobody a shard that the log does not have', async () => {
    expect(await opened.one.acquire(9)).toEqual({ kind: 'standby' });
    expect(await opened.two.holders()).toEqual(new Map());
  });

  it('moves the position and the topics together, or neither', async () => {
    const acquired = await opened.one.acquire(0);
    if (acquired.kind === 'standby') return expect.fail();
    await opened.world.one.database.script("alter table relay_topic add constraint not_b check (topic <> 'b')");
    const to = {
      position: 5,
      topics: new Map([
        ['a', 4],
        ['b', 5],
      ]),
    };
    await expect(opened.one.move(acquired.lease, 0, to)).rejects.toThrow('not_b');
    expect([await opened.one.acquire(0), await opened.one.last('a', 0)]).toMatchObject([{ place: { position: 0, topics: new Map() } }, 0]);
  });
});
