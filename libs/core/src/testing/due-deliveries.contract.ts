import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DueDelivery } from '../ports/due.ts';
import { range, someStore, streamOf } from './contract-events.ts';
import type { OpenWorld, World, WorldProcess } from './world.ts';

const now = 1_795_219_200_000;
const otherStore = '5f0000000000000000000002';
const mapping = '5f00000000000000000000aa';

/** The n-th delivery, due now. */
function dueRow(n: number, facts: Partial<DueDelivery> = {}): DueDelivery {
  return {
    delivery: streamOf(n),
    shard: 0,
    store: someStore,
    endpoint: 1,
    message: streamOf(10_000 + n),
    mapping,
    version: 1,
    attempt: 0,
    failures: 0,
    dueAt: now,
    ...facts,
  };
}

/** What all DueDeliveries do. */
export function dueDeliveriesContract(name: string, open: OpenWorld): void {
  describe(`DueDeliveries: ${name}`, () => {
    let world: World;
    let one: WorldProcess;
    let two: WorldProcess;
    beforeEach(async () => {
      world = await open();
      ({ one, two } = world);
    });
    afterEach(() => world.close());

    const insert = (rows: readonly DueDelivery[], leased = false, process = one): Promise<void> =>
      process.unitOfWork.run((tx) =>
        process.due.insert(
          tx,
          rows.map((row) => ({ ...row, leased })),
        ),
      );
    const claim = async (process: WorldProcess, limit: number, at = now, endpoint = 1): Promise<readonly number[]> =>
      (await process.due.claim([{ endpoint, limit }], at)).map(numberOf).sort((a, b) => a - b);
    const numberOf = ({ delivery }: { readonly delivery: string }): number => Number.parseInt(delivery.slice(18), 16);
    const lock = (delivery: string): Promise<(DueDelivery & { readonly running: boolean }) | undefined> =>
      two.unitOfWork.run((tx) => two.due.lock(tx, delivery));
    const endpoints = async (at = now, after = 0, limit = 100): Promise<readonly number[]> =>
      (await one.due.ready(at, after, limit)).map(({ endpoint }) => endpoint);

    describe('rows', () => {
      it('gives back a row as it was inserted', async () => {
        const row = dueRow(1, { shard: 1, endpoint: 7, version: 4, attempt: 3, failures: 2, dueAt: now - 1 });
        await insert([row, dueRow(2)]);
        expect(await lock(row.delivery)).toEqual({ ...row, running: false });
        expect(await lock(streamOf(99))).toBeUndefined();
      });

      it('leases at once what is inserted leased, with its attempt under way', async () => {
        await insert([dueRow(1, { attempt: 1 })], true);
        expect(await lock(streamOf(1))).toEqual({ ...dueRow(1, { attempt: 1 }), running: true });
        expect(await claim(one, 10)).toEqual([]);
        expect(await claim(two, 10)).toEqual([]);
        expect([...(await two.due.running([streamOf(1), streamOf(2)])).entries()]).toEqual([
          [streamOf(1), { attempt: 1, since: expect.any(Number) as number }],
        ]);
      });

      it('refuses a row that is there already, and all that came with it', async () => {
        await insert([dueRow(1, { attempt: 1 })], true);
        await expect(insert([dueRow(2), dueRow(1)])).rejects.toThrow(/./);
        expect(await lock(streamOf(1))).toEqual({ ...dueRow(1, { attempt: 1 }), running: true });
        expect(await lock(streamOf(2))).toBeUndefined();
      });

      it('inserts with its transaction, or not at all', async () => {
        const work = one.unitOfWork.run(async (tx) => {
          await one.due.insert(tx, [{ ...dueRow(1), leased: false }]);
          throw new TypeError('no');
        });
        await expect(work).rejects.toThrow('no');
        expect(await lock(streamOf(1))).toBeUndefined();
      });

      it('puts a row in the place of a locked one, unleased, and removes one', async () => {
        await insert([dueRow(1, { attempt: 1 }), dueRow(2)], true);
        const changed = dueRow(1, { version: 5, attempt: 2, failures: 1, endpoint: 9, dueAt: now + 5 });
        await two.unitOfWork.run(async (tx) => {
          await two.due.lock(tx, streamOf(1));
          await two.due.reschedule(tx, changed);
          await two.due.reschedule(tx, dueRow(3, { dueAt: Number.POSITIVE_INFINITY }));
          await two.due.lock(tx, streamOf(2));
          await two.due.remove(tx, streamOf(2));
        });
        expect(await Promise.all([1, 2, 3].map((n) => lock(streamOf(n))))).toEqual([
          { ...changed, running: false },
          undefined,
          { ...dueRow(3, { dueAt: Number.POSITIVE_INFINITY }), running: false },
        ]);
      });
    });

    describe('claims', () => {
      it('leases what is due, the longest waiting first, and numbers the attempt', async () => {
        await insert([
          dueRow(3, { dueAt: now }),
          dueRow(1, { dueAt: now - 1 }),
          dueRow(2, { dueAt: now - 3, attempt: 4 }),
          dueRow(4, { dueAt: now + 1 }),
        ]);
        const jobs = await one.due.claim([{ endpoint: 1, limit: 2 }], now);
        expect([...jobs].sort((a, b) => numberOf(a) - numberOf(b))).toEqual([
          dueRow(1, { dueAt: now - 1, attempt: 1 }),
          dueRow(2, { dueAt: now - 3, attempt: 5 }),
        ]);
        expect(await claim(one, 10)).toEqual([3]);
        expect(await claim(one, 10)).toEqual([]);
        expect(await claim(one, 10, now + 1)).toEqual([4]);
      });

      it('gives no endpoint more than its own limit, whatever the others have waiting', async () => {
        await insert([
          ...range(0, 40).map((n) => dueRow(n)),
          ...range(100, 3).map((n) => dueRow(n, { endpoint: 2 })),
          ...range(200, 9).map((n) => dueRow(n, { endpoint: 3 })),
        ]);
        const wanted = [
          { endpoint: 1, limit: 5 },
          { endpoint: 2, limit: 5 },
          { endpoint: 3, limit: 1 },
          { endpoint: 4, limit: 5 },
        ];
        const jobs = await one.due.claim(wanted, now);
        const per = (endpoint: number): number => jobs.filter((job) => job.endpoint === endpoint).length;
        expect([1, 2, 3, 4].map(per)).toEqual([5, 3, 1, 0]);
        expect(await one.due.claim([], now)).toEqual([]);
      });

      it('gives a row to one of many that claim at once', async () => {
        await insert(range(0, 60).map((n) => dueRow(n)));
        const claims = await Promise.all(range(0, 8).map((n) => claim(n % 2 === 0 ? one : two, 20)));
        const all = claims.flat().sort((a, b) => a - b);
        expect(new Set(all).size).toBe(all.length);
        const rest = await claim(one, 100);
        expect([...all, ...rest].sort((a, b) => a - b)).toEqual(range(0, 60));
      });

      it('tells a process which leases it has, and has had for a while', async () => {
        await insert([dueRow(1), dueRow(2)]);
        await insert([dueRow(3, { attempt: 1 })], true);
        await insert([dueRow(4, { attempt: 7 })], true, two);
        await claim(one, 1);
        const byDelivery = (a: { readonly delivery: string }, b: { readonly delivery: string }): number => numberOf(a) - numberOf(b);
        expect([...(await one.due.leases(0))].sort(byDelivery)).toEqual([
          { delivery: streamOf(1), attempt: 1 },
          { delivery: streamOf(3), attempt: 1 },
        ]);
        expect(await two.due.leases(0)).toEqual([{ delivery: streamOf(4), attempt: 7 }]);
        expect(await one.due.leases(3_600_000)).toEqual([]);
      });

      it('takes back a lease that was not used', async () => {
        await insert([dueRow(1), dueRow(2)]);
        const [first] = await one.due.claim([{ endpoint: 1, limit: 1 }], now);
        const attempt = first?.attempt ?? 0;
        const delivery = first?.delivery ?? '';
        await two.due.release([{ delivery, attempt }]);
        await one.due.release([
          { delivery, attempt: attempt + 1 },
          { delivery: streamOf(77), attempt: 1 },
        ]);
        expect((await lock(delivery))?.running).toBe(true);
        await one.due.release([{ delivery, attempt }]);
        await one.due.release([]);
        expect(await lock(delivery)).toEqual({ ...dueRow(numberOf({ delivery })), running: false });
        expect(await claim(two, 10)).toEqual([1, 2]);
      });

      it('lets what waits for a paused mapping wait, until it is resumed', async () => {
        const later = '5f00000000000000000000bb';
        const paused = Number.POSITIVE_INFINITY;
        await insert([
          dueRow(1, { dueAt: paused }),
          dueRow(2, { dueAt: paused, mapping: later }),
          dueRow(3, { dueAt: paused, endpoint: 2 }),
          dueRow(4, { dueAt: now + 50 }),
        ]);
        expect(await endpoints(now * 2)).toEqual([1]);
        expect(await claim(one, 10, now + 20)).toEqual([]);
        expect(await one.due.waiting()).toHaveLength(3);
        await one.due.resume({ store: dueRow(1).store, mapping, endpoint: 1 }, now + 10);
        expect(await one.due.waiting()).toHaveLength(2);
        expect(await claim(one, 10, now + 9)).toEqual([]);
        expect(await claim(one, 10, now + 10)).toEqual([1]);
        expect(await claim(one, 10, now + 10, 2)).toEqual([]);
        expect((await lock(streamOf(4)))?.dueAt).toBe(now + 50);
      });

      it('counts what waits for each mapping, up to a bound', async () => {
        const later = '5f00000000000000000000bb';
        const none = '5f00000000000000000000cc';
        const paused = Number.POSITIVE_INFINITY;
        await insert([
          dueRow(1, { dueAt: paused }),
          dueRow(2, { dueAt: paused, endpoint: 2 }),
          dueRow(3, { dueAt: paused }),
          dueRow(4, { dueAt: now + 50 }),
          dueRow(5, { dueAt: paused, mapping: later }),
        ]);
        await insert([dueRow(6)], true);
        expect(await one.due.countWaiting([mapping, later, none], 3)).toEqual(
          new Map([
            [mapping, { count: 3, bounded: false }],
            [later, { count: 1, bounded: false }],
            [none, { count: 0, bounded: false }],
          ]),
        );
        expect(await one.due.countWaiting([mapping], 2)).toEqual(new Map([[mapping, { count: 2, bounded: true }]]));
        expect(await one.due.countWaiting([], 2)).toEqual(new Map());
      });

      it('takes a lease back that cannot be used: the delivery waits without a time, its attempt unmade', async () => {
        await insert([dueRow(1)]);
        const [leased] = await one.due.claim([{ endpoint: 1, limit: 1 }], now);
        if (leased === undefined) throw new TypeError('Nothing was leased.');
        await one.due.postpone(leased);
        expect(await lock(leased.delivery)).toEqual({ ...dueRow(1), dueAt: Number.POSITIVE_INFINITY, running: false });
      });
    });

    describe('ready endpoints', () => {
      it('are those with something due, by number, with their stores', async () => {
        await insert([
          dueRow(1, { endpoint: 5, store: otherStore }),
          dueRow(2, { endpoint: 5, store: otherStore, dueAt: now - 9 }),
          dueRow(3, { endpoint: 2 }),
          dueRow(4, { endpoint: 9, dueAt: now + 1 }),
        ]);
        await insert([dueRow(5, { endpoint: 4, attempt: 1 })], true);
        expect(await one.due.ready(now, 0, 10)).toEqual([
          { endpoint: 2, store: someStore },
          { endpoint: 5, store: otherStore },
        ]);
        expect(await endpoints(now + 1)).toEqual([2, 5, 9]);
        expect(await endpoints(now, 2)).toEqual([5]);
        expect(await endpoints(now, 5)).toEqual([]);
        expect(await endpoints(now, 0, 1)).toEqual([2]);
        expect(await endpoints(now + 1, 2, 1)).toEqual([5]);
      });

      it('are not those whose gate is closed: their rows stay where they are', async () => {
        await insert([dueRow(1, { endpoint: 1 }), dueRow(2, { endpoint: 2 }), dueRow(3, { endpoint: 3 })]);
        await one.due.closeGate(2, now + 100);
        await two.due.closeGate(3, now + 50);
        await one.due.closeGate(3, now + 200);
        expect(await endpoints(now)).toEqual([1]);
        expect(await endpoints(now + 99)).toEqual([1]);
        expect(await endpoints(now + 100)).toEqual([1, 2]);
        expect(await endpoints(now + 200)).toEqual([1, 2, 3]);
        await two.due.openGate(3);
        await two.due.openGate(55);
        expect(await endpoints(now)).toEqual([1, 3]);
        expect((await lock(streamOf(2)))?.dueAt).toBe(now);
      });

      it('are found behind an endpoint with very many rows', async () => {
        await insert(range(0, 3_000).map((n) => dueRow(n)));
        await insert([dueRow(5_000, { endpoint: 2 }), dueRow(5_001, { endpoint: 3, dueAt: now + 1 }), dueRow(5_002, { endpoint: 4 })]);
        await one.due.closeGate(1, now + 1_000);
        expect(await endpoints(now)).toEqual([2, 4]);
        expect(await claim(one, 5, now, 4)).toEqual([5_002]);
      });
    });

    describe('settling', () => {
      it('ends attempts of this process: the row goes, or waits again', async () => {
        await insert([dueRow(1), dueRow(2), dueRow(3)]);
        await claim(one, 3);
        const settled = await one.unitOfWork.run((tx) =>
          one.due.settle(tx, [
            { delivery: streamOf(2), attempt: 1, next: { version: 2, failures: 1, dueAt: now + 10 } },
            { delivery: streamOf(1), attempt: 1 },
          ]),
        );
        expect(settled).toEqual(new Set([streamOf(1), streamOf(2)]));
        expect(await lock(streamOf(1))).toBeUndefined();
        expect(await lock(streamOf(2))).toEqual({ ...dueRow(2, { version: 2, attempt: 1, failures: 1, dueAt: now + 10 }), running: false });
        expect((await lock(streamOf(3)))?.running).toBe(true);
        expect((await two.due.claim([{ endpoint: 1, limit: 9 }], now + 10)).map((job) => [numberOf(job), job.attempt])).toEqual([[2, 2]]);
      });

      it('answers only rows that are still this process’s, for this very attempt', async () => {
        await insert([...range(1, 4).map((n) => dueRow(n)), dueRow(5, { endpoint: 2 })]);
        await claim(one, 4);
        await claim(two, 1, now, 2);
        await one.due.release([{ delivery: streamOf(2), attempt: 1 }]);
        const next = { version: 9, failures: 9, dueAt: now };
        const settled = await one.unitOfWork.run((tx) =>
          one.due.settle(tx, [
            { delivery: streamOf(1), attempt: 1 },
            { delivery: streamOf(2), attempt: 1 },
            { delivery: streamOf(3), attempt: 2, next },
            { delivery: streamOf(4), attempt: 2 },
            { delivery: streamOf(5), attempt: 1 },
            { delivery: streamOf(50), attempt: 1, next },
          ]),
        );
        expect(settled).toEqual(new Set([streamOf(1)]));
        expect(await one.unitOfWork.run((tx) => one.due.settle(tx, [{ delivery: streamOf(5), attempt: 1, next }]))).toEqual(new Set());
        expect(await lock(streamOf(2))).toEqual({ ...dueRow(2), running: false });
        for (const n of [3, 4]) expect(await lock(streamOf(n))).toEqual({ ...dueRow(n, { attempt: 1 }), running: true });
        expect(await lock(streamOf(5))).toEqual({ ...dueRow(5, { endpoint: 2, attempt: 1 }), running: true });
        expect(await one.unitOfWork.run((tx) => one.due.settle(tx, []))).toEqual(new Set());
      });

      it('happens with the transaction, or not at all', async () => {
        await insert([dueRow(1), dueRow(2)]);
        await claim(one, 2);
        const work = one.unitOfWork.run(async (tx) => {
          await one.due.settle(tx, [
            { delivery: streamOf(1), attempt: 1 },
            { delivery: streamOf(2), attempt: 1, next: { version: 2, failures: 1, dueAt: now } },
          ]);
          throw new TypeError('no');
        });
        await expect(work).rejects.toThrow('no');
        expect((await one.due.running([streamOf(1), streamOf(2)])).size).toBe(2);
      });
    });

    describe('a dead process', () => {
      it('leaves its leases to be taken over, by shard, each once', async () => {
        await insert([...range(0, 4).map((n) => dueRow(n)), dueRow(10, { shard: 1 })]);
        await insert([dueRow(20, { attempt: 1 })], true, two);
        expect(await claim(one, 10)).toEqual([0, 1, 2, 3, 10]);
        expect(await two.due.hasLostLeases()).toBe(false);
        expect(await two.unitOfWork.run((tx) => two.due.takeOver(tx, 0, 10))).toEqual([]);
        await one.die();
        expect(await two.due.hasLostLeases()).toBe(true);
        const take = (limit: number, shard = 0): Promise<readonly number[]> =>
          two.unitOfWork.run(async (tx) => {
            const rows = await two.due.takeOver(tx, shard, limit);
            for (const row of rows) await two.due.reschedule(tx, { ...row, version: row.version + 1, dueAt: now });
            return rows.map(numberOf);
          });
        expect(await take(3)).toEqual([0, 1, 2]);
        expect(await take(3)).toEqual([3]);
        expect(await two.due.hasLostLeases()).toBe(true);
        expect(await take(3, 1)).toEqual([10]);
        expect(await two.due.hasLostLeases()).toBe(false);
        expect(await lock(streamOf(20))).toEqual({ ...dueRow(20, { attempt: 1 }), running: true });
        expect((await two.due.claim([{ endpoint: 1, limit: 10 }], now)).map(({ version, attempt }) => [version, attempt])).toEqual(
          Array.from({ length: 5 }, () => [2, 2]),
        );
      });

      it('leaves them as they were when the taking over is undone', async () => {
        await insert([dueRow(1)]);
        await claim(one, 1);
        await one.die();
        const work = two.unitOfWork.run(async (tx) => {
          for (const row of await two.due.takeOver(tx, 0, 10)) await two.due.reschedule(tx, row);
          throw new TypeError('no');
        });
        await expect(work).rejects.toThrow('no');
        expect(await two.due.hasLostLeases()).toBe(true);
        expect((await two.unitOfWork.run((tx) => two.due.takeOver(tx, 0, 10))).map(numberOf)).toEqual([1]);
      });

      it('has no outcome any more once its row was taken over: its answer is late', async () => {
        await insert([dueRow(1), dueRow(2)]);
        await claim(one, 2);
        await one.die();
        await two.unitOfWork.run(async (tx) => {
          const [row] = await two.due.takeOver(tx, 0, 1);
          if (row !== undefined) await two.due.reschedule(tx, { ...row, version: 2, dueAt: now });
        });
        expect(await claim(two, 1)).toEqual([1]);
        const settled = await one.unitOfWork.run((tx) =>
          one.due.settle(
            tx,
            [1, 2].map((n) => ({ delivery: streamOf(n), attempt: 1 })),
          ),
        );
        expect(settled).toEqual(new Set([streamOf(2)]));
        expect(await lock(streamOf(1))).toEqual({ ...dueRow(1, { version: 2, attempt: 2 }), running: true });
      });
    });
  });
}
