import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AcquiredRelay, RelayLease, RelayPlace, RelayStore, TopicCheckpoint } from '../relay-store.ts';

/** Two processes on one log of the shards 0 and 1, of ten events each, whose relays nobody has acquired yet. */
export interface RelayStoreWorld {
  readonly one: RelayStore;
  readonly two: RelayStore;
  /** Ends the first process without a word. */
  dieOne(): Promise<void>;
  /** Makes the log another incarnation. */
  raiseEpoch(): Promise<void>;
  setCheckpoints(shard: number, checkpoints: readonly TopicCheckpoint[]): Promise<void>;
  close(): Promise<void>;
}

const held = (acquired: AcquiredRelay): { readonly lease: RelayLease; readonly place: RelayPlace } => {
  if (acquired.kind === 'standby') throw new TypeError('standby');
  return acquired;
};
const places = new Map([
  ['a', 3],
  ['b', 5],
]);

/** What every RelayStore does. */
export function relayStoreContract(name: string, open: () => Promise<RelayStoreWorld>): void {
  describe(`RelayStore: ${name}`, () => {
    let world: RelayStoreWorld;
    let one: RelayStore;
    let two: RelayStore;
    beforeEach(async () => {
      world = await open();
      ({ one, two } = world);
    });
    afterEach(() => world.close());

    const acquire = async (store: RelayStore, shard = 0): Promise<{ readonly lease: RelayLease; readonly place: RelayPlace }> =>
      held(await store.acquire(shard));

    it('begins at 0, on no broker, without topics', async () => {
      const { lease, place } = await acquire(one);
      expect(place).toEqual({ position: 0, identity: undefined, topics: new Map() });
      expect(lease.shard).toBe(0);
      expect(lease.epoch).toBeGreaterThan(0);
      expect([await one.last('a', 0), await two.last('a', 0)]).toEqual([0, 0]);
    });

    it('remembers where it was moved to, for whoever holds the shard next', async () => {
      const { lease } = await acquire(one);
      expect(await one.move(lease, 0, { position: 5, topics: places, identity: 'k1' })).toBe(true);
      expect(await one.move(lease, 5, { position: 6, topics: new Map([['a', 6]]) })).toBe(true);
      await one.release(lease);
      expect((await acquire(two)).place).toEqual({ position: 6, identity: 'k1', topics: new Map([...places, ['a', 6]]) });
      expect([await one.last('a', 0), await two.last('b', 0), await two.last('c', 0), await two.last('a', 1)]).toEqual([6, 5, 0, 0]);
    });

    it('may go back, for a broker that has nothing', async () => {
      const { lease } = await acquire(one);
      await one.move(lease, 0, { position: 5, topics: places, identity: 'k1' });
      expect(
        await one.move(lease, 5, { position: 2, topics: new Map([...places.keys()].map((topic) => [topic, 2])), identity: 'k2' }),
      ).toBe(true);
      expect((await acquire(one)).place).toEqual({
        position: 2,
        identity: 'k2',
        topics: new Map([...places.keys()].map((topic) => [topic, 2])),
      });
    });

    it('has one holder a shard while that lives, and says who it is', async () => {
      expect(await one.holders()).toEqual(new Map());
      const { lease } = await acquire(one);
      expect(await two.acquire(0)).toEqual({ kind: 'standby' });
      const other = await acquire(two, 1);
      expect(await one.holders()).toEqual(
        new Map([
          [0, { kind: 'self', token: lease.token }],
          [1, { kind: 'other' }],
        ]),
      );
      await world.dieOne();
      await two.release(other.lease);
      expect(await two.holders()).toEqual(
        new Map([
          [0, { kind: 'nobody' }],
          [1, { kind: 'nobody' }],
        ]),
      );
      await acquire(two);
      expect((await two.holders()).get(0)?.kind).toBe('self');
    });

    it('gives one of two that ask at once', async () => {
      const kinds = (await Promise.all([one.acquire(0), two.acquire(0)])).map(({ kind }) => kind);
      expect([...kinds].sort()).toEqual(['held', 'standby']);
    });

    it('refuses a former holder, whatever it wants', async () => {
      const { lease } = await acquire(one);
      await one.move(lease, 0, { position: 4, topics: places, identity: 'k1' });
      await world.dieOne();
      const { lease: newer } = await acquire(two);
      expect(await one.move(lease, 4, { position: 6, topics: new Map([['a', 6]]) })).toBe(false);
      await one.release(lease);
      expect(await one.acquire(0)).toEqual({ kind: 'standby' });
      expect(await two.move(newer, 4, { position: 5, topics: new Map() })).toBe(true);
      expect((await acquire(two)).place).toEqual({ position: 5, identity: 'k1', topics: places });
    });

    it('refuses what this very process sent before it began anew', async () => {
      const { lease } = await acquire(one);
      const { lease: newer } = await acquire(one);
      expect(await one.move(lease, 0, { position: 4, topics: places })).toBe(false);
      await one.release(lease);
      expect(await two.acquire(0)).toEqual({ kind: 'standby' });
      expect(await one.move(newer, 0, { position: 4, topics: places })).toBe(true);
    });

    it('refuses a move from elsewhere, beyond the log, and of another incarnation of it; nothing of it happens', async () => {
      const { lease } = await acquire(one);
      await one.move(lease, 0, { position: 4, topics: places, identity: 'k1' });
      expect(await one.move(lease, 0, { position: 6, topics: new Map([['c', 6]]), identity: 'k2' })).toBe(false);
      expect(await one.move(lease, 4, { position: 11, topics: new Map([['c', 11]]) })).toBe(false);
      await world.raiseEpoch();
      expect(await one.move(lease, 4, { position: 6, topics: new Map([['c', 6]]) })).toBe(false);
      const again = await acquire(one);
      expect([again.lease.epoch, again.place]).toEqual([lease.epoch + 1, { position: 4, identity: 'k1', topics: places }]);
      expect(await one.move(again.lease, 4, { position: 10, topics: new Map() })).toBe(true);
    });

    it('knows where the groups stand, a shard apart from the others', async () => {
      const checkpoints = [
        { group: 'router', topic: 'a', position: 3 },
        { group: 'router', topic: 'b', position: 7 },
      ];
      await world.setCheckpoints(0, checkpoints);
      await world.setCheckpoints(1, [{ group: 'router', topic: 'a', position: 1 }]);
      expect([...(await one.checkpoints(0))].sort((a, b) => a.position - b.position)).toEqual(checkpoints);
      expect(await two.checkpoints(1)).toEqual([{ group: 'router', topic: 'a', position: 1 }]);
    });
  });
}
