import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../message/hub-event.ts';
import type { StoredEvent } from '../ports/event-log.ts';
import { archivedEvent, range, receivedEvent, someDay, someStore, streamOf, validatedEvent } from './contract-events.ts';
import type { OpenWorld, World, WorldProcess } from './world.ts';

/** The event as the log holds it. */
function stored({ payload: _payload, parsed: _parsed, ...event }: NewEvent, shard: number, position: number): StoredEvent {
  return { ...event, shard, position };
}

/** What every EventLog (with its UnitOfWork) does. */
export function eventLogContract(name: string, open: OpenWorld): void {
  describe(`EventLog: ${name}`, () => {
    let world: World;
    let one: WorldProcess;
    beforeEach(async () => {
      world = await open();
      one = world.one;
    });
    afterEach(() => world.close());

    const append = (shard: number, events: readonly NewEvent[], process = one): Promise<void> =>
      process.unitOfWork.run((tx) => process.log.append(tx, shard, events));

    it('gives back what was appended, by stream and version, at contiguous positions of the shard', async () => {
      const [a, b] = [streamOf(1), streamOf(2)];
      await append(0, [receivedEvent(a), receivedEvent(b)]);
      await append(0, [validatedEvent(b), validatedEvent(a)]);
      expect(await one.log.load([b, a, streamOf(3)])).toEqual(
        new Map([
          [a, [stored(receivedEvent(a), 0, 1), stored(validatedEvent(a), 0, 4)]],
          [b, [stored(receivedEvent(b), 0, 2), stored(validatedEvent(b), 0, 3)]],
        ]),
      );
    });

    it('counts the positions of each shard on its own', async () => {
      await append(0, [receivedEvent(streamOf(1)), receivedEvent(streamOf(2))]);
      await append(1, [receivedEvent(streamOf(3))]);
      const loaded = await one.log.load([streamOf(2), streamOf(3)]);
      expect([...loaded.values()].flat().map(({ shard, position }) => [shard, position])).toEqual([
        [0, 2],
        [1, 1],
      ]);
    });

    it('keeps streams of any day, however long ago or far ahead', async () => {
      const streams = [someDay - 4_000, someDay, someDay + 1, someDay + 900].map((day, index) => streamOf(index, day));
      await append(
        1,
        streams.map((stream) => receivedEvent(stream)),
      );
      const loaded = await world.two.log.load(streams);
      expect(streams.map((stream) => loaded.get(stream))).toEqual(
        streams.map((stream, index) => [stored(receivedEvent(stream), 1, index + 1)]),
      );
    });

    it('keeps every text as it is, and payloads byte for byte', async () => {
      const stream = streamOf(1);
      const payload = '{"a":1.0,"a":9007199254740993,"__proto__":{"x":"\\u0000\\ud800"},"é":"\u{1f4e6}" }';
      const odd = receivedEvent(stream, payload);
      const event = { ...odd.event, source: 'a\u0000b"\\\u{1f4e6}', attributes: { ['constructor']: null, deep: [[{ x: 1e21 }]] } };
      await append(0, [{ ...odd, event }]);
      for (const process of [world.one, world.two]) {
        expect((await process.log.load([stream])).get(stream)).toEqual([stored({ ...odd, event }, 0, 1)]);
        const found = (await process.received.get([stream, streamOf(2)])).get(stream);
        expect({ ...found, payload: [...(found?.payload ?? [])] }).toMatchObject({
          event,
          shard: 0,
          at: odd.at,
          payload: [...(odd.payload ?? [])],
        });
        expect(found?.parsed()).toEqual(JSON.parse(payload));
        expect(found?.parsed()).toBe(found?.parsed());
      }
    });

    it('appends nothing of a batch with an event that exists, and runs the work once more', async () => {
      const [known, other] = [streamOf(1), streamOf(2)];
      await append(0, [receivedEvent(known), archivedEvent(known, 2, 'a person')]);
      const runs: boolean[] = [];
      await one.unitOfWork.run(async (tx) => {
        runs.push(tx.repeated);
        const version = tx.repeated ? ((await one.log.load([known], tx)).get(known)?.length ?? 0) : 1;
        await one.log.append(tx, 0, [receivedEvent(other), validatedEvent(known, version + 1)]);
      });
      expect(runs).toEqual([false, true]);
      expect(await one.log.load([known, other])).toEqual(
        new Map([
          [
            known,
            [stored(receivedEvent(known), 0, 1), stored(archivedEvent(known, 2, 'a person'), 0, 2), stored(validatedEvent(known, 3), 0, 4)],
          ],
          [other, [stored(receivedEvent(other), 0, 3)]],
        ]),
      );
    });

    it('takes the same event twice in one batch for a conflict', async () => {
      const stream = streamOf(1);
      const work = append(0, [receivedEvent(stream), receivedEvent(stream)]);
      await expect(work).rejects.toMatchObject({ code: 'append_conflict', retriable: true });
      expect(await one.log.load([stream])).toEqual(new Map());
    });

    it('gives up, and says why, when the conflict stays', async () => {
      const stream = streamOf(1);
      await append(0, [receivedEvent(stream)]);
      let runs = 0;
      const committed: string[] = [];
      const work = one.unitOfWork.run(async (tx) => {
        runs += 1;
        tx.onCommit(() => committed.push('committed'));
        await one.log.append(tx, 1, [receivedEvent(streamOf(2)), receivedEvent(stream)]);
      });
      await expect(work).rejects.toMatchObject({ code: 'append_conflict', retriable: true });
      expect(runs).toBeGreaterThan(1);
      expect(committed).toEqual([]);
      await append(1, [receivedEvent(streamOf(3))]);
      expect(await world.two.log.load([streamOf(2), streamOf(3)])).toEqual(
        new Map([[streamOf(3), [stored(receivedEvent(streamOf(3)), 1, 1)]]]),
      );
    });

    it('lets no trace, and no gap, of work that throws', async () => {
      const committed: string[] = [];
      const error = new TypeError('thrown by the work');
      const work = one.unitOfWork.run(async (tx) => {
        await one.log.append(tx, 0, [receivedEvent(streamOf(1)), receivedEvent(streamOf(2))]);
        tx.onCommit(() => committed.push('first'));
        throw error;
      });
      await expect(work).rejects.toBe(error);
      await one.unitOfWork.run(async (tx) => {
        await one.log.append(tx, 0, [receivedEvent(streamOf(3))]);
        tx.onCommit(() => committed.push('second'));
        tx.onCommit(() => committed.push('third'));
      });
      expect(committed).toEqual(['second', 'third']);
      expect(await one.log.load([1, 2, 3].map((n) => streamOf(n)))).toEqual(
        new Map([[streamOf(3), [stored(receivedEvent(streamOf(3)), 0, 1)]]]),
      );
    });

    it('answers what the work answers, after the commit', async () => {
      const order: string[] = [];
      const value = await one.unitOfWork.run(async (tx) => {
        tx.onCommit(() => order.push('committed'));
        await one.log.append(tx, 0, []);
        order.push('worked');
        return 42;
      });
      expect([value, ...order]).toEqual([42, 'worked', 'committed']);
    });

    it('refuses a shard that does not exist', async () => {
      await expect(append(7, [receivedEvent(streamOf(1))])).rejects.toThrow('There is no shard 7.');
      expect(await one.log.load([streamOf(1)])).toEqual(new Map());
    });

    it('holds a batch of thousands', async () => {
      const streams = range(0, 3_000).map((n) => streamOf(n));
      await append(
        0,
        streams.map((stream) => receivedEvent(stream)),
      );
      const loaded = await world.two.log.load(streams);
      expect(streams.map((stream) => loaded.get(stream)?.[0]?.position)).toEqual(range(1, 3_000));
    });

    it('keeps commit order and leaves no gap with eight writers in two processes, some of which give up', async () => {
      const perWriter = 40;
      const commits: string[] = [];
      const writer = async (number: number): Promise<void> => {
        const process = number % 2 === 0 ? world.one : world.two;
        for (const turn of range(0, perWriter)) {
          const events = range(0, 1 + ((number + turn) % 4)).map((n) => receivedEvent(streamOf(number * 1_000 + turn * 10 + n)));
          const givesUp = turn % 7 === 3;
          const work = process.unitOfWork.run(async (tx) => {
            await process.log.append(tx, 0, events);
            if (givesUp) throw new RangeError('gives up');
            tx.onCommit(() => commits.push(...events.map((event) => event.stream)));
          });
          await (givesUp ? expect(work).rejects.toThrow('gives up') : work);
        }
      };
      await Promise.all(range(0, 8).map(writer));
      const loaded = await one.log.load(commits);
      const events = [...loaded.values()].flat().sort((a, b) => a.position - b.position);
      expect(events.map((event) => event.position)).toEqual(range(1, commits.length));
      for (const number of range(0, 8)) {
        const own = (streams: readonly string[]): readonly string[] =>
          streams.filter((stream) => Math.floor(Number.parseInt(stream.slice(18), 16) / 1_000) === number);
        expect(own(events.map((event) => event.stream))).toEqual(own(commits));
      }
    });

    it('settles writers that race for the same next event: each is appended once, in some order', async () => {
      const stream = streamOf(1);
      await append(0, [receivedEvent(stream)]);
      const names = range(0, 5).map((n) => `writer ${n}`);
      await Promise.all(
        names.map((by, index) => {
          const process = index % 2 === 0 ? world.one : world.two;
          return process.unitOfWork.run(async (tx) => {
            const version = (await process.log.load([stream], tx)).get(stream)?.length ?? 0;
            await process.log.append(tx, index % 2, [archivedEvent(stream, version + 1, by)]);
          });
        }),
      );
      const events = (await one.log.load([stream])).get(stream) ?? [];
      expect(events.map(({ version }) => version)).toEqual(range(1, 6));
      expect(events.flatMap(({ event }) => (event.type === 'message.archived' ? [event.by] : [])).sort()).toEqual(names);
      expect(events.every(({ event }) => event.store === someStore)).toBe(true);
    });
  });
}
