import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '../message/hub-event.ts';
import type { StoredEvent } from '../ports/event-log.ts';
import { range, receivedEvent, someDay, streamOf, validatedEvent } from './contract-events.ts';
import type { OpenWorld, World, WorldProcess } from './world.ts';

/** What every LogTail does. */
export function logTailContract(name: string, open: OpenWorld): void {
  describe(`LogTail: ${name}`, () => {
    let world: World;
    let one: WorldProcess;
    let two: WorldProcess;
    beforeEach(async () => {
      world = await open();
      ({ one, two } = world);
    });
    afterEach(() => world.close());

    const append = (shard: number, events: readonly NewEvent[], process = one): Promise<void> =>
      process.unitOfWork.run((tx) => process.log.append(tx, shard, events));
    const reaches = (process: WorldProcess, shard: number, position: number): Promise<void> =>
      vi.waitFor(() => expect(process.tail.head(shard)).toBe(position), { timeout: 20_000, interval: 5 });
    /** All of a shard, page by page, as a consumer reads it. */
    const readAll = async ({ tail }: WorldProcess, shard: number, page: number): Promise<readonly StoredEvent[]> => {
      const events: StoredEvent[] = [];
      for (;;) {
        const more = await tail.read(shard, events.length, page);
        expect(more.length).toBeLessThanOrEqual(page);
        if (more.length === 0) return events;
        events.push(...more);
      }
    };

    it('begins with empty shards', async () => {
      expect(new Set(one.tail.shards)).toEqual(new Set([0, 1]));
      expect([one.tail.head(0), one.tail.head(1)]).toEqual([0, 0]);
      expect(await one.tail.read(0, 0, 100)).toEqual([]);
    });

    it('says the same of its incarnation to everybody', () => {
      expect(one.tail.epoch(0)).toBeGreaterThan(0);
      expect([two.tail.epoch(0), two.tail.epoch(1)]).toEqual([one.tail.epoch(0), one.tail.epoch(1)]);
    });

    it('reads a shard in the order of its positions, from anywhere, a page at a time', async () => {
      const streams = range(0, 5).map((n) => streamOf(n));
      await append(
        0,
        streams.map((stream) => receivedEvent(stream)),
      );
      await append(1, [receivedEvent(streamOf(90))]);
      await append(
        0,
        streams.map((stream) => validatedEvent(stream)),
      );
      await reaches(one, 0, 10);
      const all = await one.tail.read(0, 0, 100);
      expect(all.map(({ position, version, stream }) => [position, version, stream])).toEqual(
        range(0, 10).map((n) => [n + 1, n < 5 ? 1 : 2, streams[n % 5]]),
      );
      expect(await one.tail.read(0, 3, 4)).toEqual(all.slice(3, 7));
      expect(await one.tail.read(0, 9, 4)).toEqual(all.slice(9));
      expect(await one.tail.read(0, 10, 4)).toEqual([]);
      expect(await one.tail.read(0, 25, 4)).toEqual([]);
      expect(await one.tail.read(1, 0, 4)).toHaveLength(1);
    });

    it('shows the process that appended, and every other, the same events: those of the log', async () => {
      const days = [someDay - 400, someDay, someDay + 40];
      const streams = range(0, 30).map((n) => streamOf(n, days[n % 3]));
      for (const stream of streams)
        await append(0, [{ ...receivedEvent(stream), event: { ...receivedEvent(stream).event, source: 'shop' } }]);
      await append(
        0,
        [...streams].reverse().map((stream) => validatedEvent(stream)),
        two,
      );
      await Promise.all([reaches(one, 0, 60), reaches(two, 0, 60)]);
      const loaded = [...(await one.log.load(streams)).values()].flat().sort((a, b) => a.position - b.position);
      expect(await readAll(one, 0, 7)).toEqual(loaded);
      expect(await readAll(two, 0, 1_000)).toEqual(loaded);
      expect(loaded.map(({ position }) => position)).toEqual(range(1, 60));
    });

    it('tells of what was appended, here and elsewhere, until it is told to stop', async () => {
      const told: string[] = [];
      const stopOne = one.tail.onAppend((shard) => told.push(`one:${shard}`));
      two.tail.onAppend((shard) => told.push(`two:${shard}`));
      await append(1, [receivedEvent(streamOf(1))]);
      await vi.waitFor(() => expect([...new Set(told)].sort()).toEqual(['one:1', 'two:1']), { timeout: 20_000, interval: 5 });
      stopOne();
      told.length = 0;
      await append(0, [receivedEvent(streamOf(2))], two);
      await reaches(one, 0, 1);
      await vi.waitFor(() => expect(told).toContain('two:0'), { timeout: 20_000, interval: 5 });
      expect(told.filter((entry) => entry.startsWith('one'))).toEqual([]);
    });

    it('has the event at hand when it tells of it', async () => {
      const seen: Promise<readonly StoredEvent[]>[] = [];
      one.tail.onAppend((shard) => seen.push(one.tail.read(shard, 0, 10)));
      await append(0, [receivedEvent(streamOf(1))]);
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
      expect((await seen[0])?.map(({ stream }) => stream)).toEqual([streamOf(1)]);
    });

    it('says nothing, and shows nothing, of a batch that was given up; its positions go to the next one', async () => {
      const told: number[] = [];
      await append(0, [receivedEvent(streamOf(1))]);
      one.tail.onAppend((shard) => told.push(shard));
      const work = one.unitOfWork.run(async (tx) => {
        await one.log.append(tx, 1, [receivedEvent(streamOf(2)), receivedEvent(streamOf(3))]);
        throw new TypeError('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(one.tail.head(1)).toBe(0);
      expect(told).toEqual([]);
      await append(1, [receivedEvent(streamOf(4))]);
      await reaches(two, 1, 1);
      expect((await one.tail.read(1, 0, 10)).map(({ stream, position }) => [stream, position])).toEqual([[streamOf(4), 1]]);
      expect(await two.tail.read(1, 0, 10)).toEqual(await one.tail.read(1, 0, 10));
    });

    it('loses nothing and repeats nothing while eight writers in two processes append', async () => {
      const perWriter = 30;
      const readers = [one, two].map(async (process) => {
        const streams: string[] = [];
        const positions: number[] = [];
        while (streams.length < 8 * perWriter * 2) {
          const page = await process.tail.read(0, positions.at(-1) ?? 0, 9);
          for (const { stream, position } of page) {
            expect(position).toBe(positions.length + 1);
            streams.push(stream);
            positions.push(position);
          }
          if (page.length === 0) {
            await new Promise<void>((wake) => {
              const stop = process.tail.onAppend(() => {
                stop();
                wake();
              });
              // What came between the reading and the listening.
              if (process.tail.head(0) > positions.length) wake();
            });
          }
        }
        return streams;
      });
      const written = range(0, 8).map(async (writer) => {
        const process = writer % 2 === 0 ? one : two;
        for (const turn of range(0, perWriter)) {
          const n = writer * 1_000 + turn * 2;
          await append(0, [receivedEvent(streamOf(n)), receivedEvent(streamOf(n + 1, someDay - writer))], process);
        }
      });
      await Promise.all(written);
      const [first = [], second = []] = await Promise.all(readers);
      expect(first).toEqual(second);
      expect(new Set(first).size).toBe(8 * perWriter * 2);
    });

    it('has a head that never goes back, and never runs ahead of what can be read', async () => {
      let last = 0;
      let reads = Promise.resolve();
      one.tail.onAppend((shard) => {
        const head = one.tail.head(shard);
        expect(head).toBeGreaterThanOrEqual(last);
        last = head;
        reads = reads.then(async () => expect((await one.tail.read(shard, head - 1, 1))[0]?.position).toBe(head));
      });
      const writers = range(0, 4).map(async (writer) => {
        for (const turn of range(0, 60)) {
          await append(0, [receivedEvent(streamOf(writer * 100 + turn))], writer === 3 ? two : one);
          expect(one.tail.head(0)).toBeGreaterThanOrEqual(last);
        }
      });
      await Promise.all(writers);
      await reaches(one, 0, 240);
      await reads;
    });

    it('refuses a shard that does not exist', async () => {
      expect(() => one.tail.head(9)).toThrow('There is no shard 9.');
      await expect(one.tail.read(9, 0, 1)).rejects.toThrow('There is no shard 9.');
    });
  });
}
