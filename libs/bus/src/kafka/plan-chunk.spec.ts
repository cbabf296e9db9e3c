import type { DecodedRecord, RawRecord } from '@crossdock/contracts';
import type { LogRecord } from '@crossdock/core';
import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { expect, it } from 'vitest';
import { planChunk, type Partition } from './plan-chunk.ts';

interface Fake {
  readonly position: number;
  readonly previous: number;
  readonly epoch?: number;
  readonly bytes?: number;
}

const facts = { store: '5f0000000000000000000001', root: '6b0000000000000000000001', message: 'order:new' } as const;
const recordOf = ({ position, previous }: Fake): LogRecord => ({
  stream: '6b0000000000000000000001',
  version: position,
  at: 0,
  shard: 0,
  position,
  previous,
  topic: 'crossdock.messages.validated',
  event: { type: 'message.validated', ...facts },
});
const messageOf = (fake: Fake | 'rubbish', index: number): KafkaMessage => ({
  key: null,
  value: Buffer.alloc(fake === 'rubbish' ? 1 : (fake.bytes ?? 1)),
  headers: { fake: JSON.stringify(fake) },
  timestamp: '0',
  attributes: 0,
  offset: String(index),
});
const decode = ({ headers }: RawRecord): DecodedRecord => {
  const fake = JSON.parse(headers['fake'] ?? '') as Fake | 'rubbish';
  if (fake === 'rubbish') return { ok: false, problems: ['rubbish'] };
  return { ok: true, record: recordOf(fake), epoch: fake.epoch ?? 1, payload: undefined };
};
const partition: Partition = {
  subscription: { group: 'router', topic: 'crossdock.messages.validated', maxRecords: 3 },
  shard: 0,
  epoch: 1,
  decode,
  now: () => 7,
  chunkBytes: 100,
};
const chain = (...positions: readonly number[]): readonly Fake[] =>
  positions.map((position, index) => ({ position, previous: positions[index - 1] ?? 0 }));
const plan = (
  fakes: readonly (Fake | 'rubbish')[],
  from: number,
  position: number,
  more: Partial<Partition> = {},
): ReturnType<typeof planChunk> => planChunk(fakes.map(messageOf), from, position, { ...partition, ...more });

it('takes as many records as the subscription wants', () => {
  const fakes = chain(2, 5, 6, 9);
  expect(plan(fakes, 0, 0)).toEqual({
    kind: 'chunk',
    records: fakes.slice(0, 3).map(recordOf),
    rejected: [],
    foreign: 0,
    end: 6,
    next: 3,
  });
  expect(plan(fakes, 3, 6)).toEqual({
    kind: 'chunk',
    records: fakes.slice(3).map(recordOf),
    rejected: [],
    foreign: 0,
    end: 9,
    next: 4,
  });
});

it('takes no more bytes than it is told to, but one record at least', () => {
  const fakes = [90, 90, 500].map((bytes, index) => ({ position: index + 1, previous: index, bytes }));
  const nexts = [0, 1, 2].map((from) => plan(fakes, from, from));
  expect(nexts.map((chunk) => (chunk.kind === 'chunk' ? chunk.next : chunk))).toEqual([2, 3, 3]);
});

it('counts what is irrelevant as done, and hands over none of it', () => {
  const isIrrelevant = ({ position }: LogRecord): boolean => position !== 3;
  const fakes = chain(1, 2, 3, 4, 5);
  expect(plan(fakes, 0, 0, { subscription: { ...partition.subscription, isIrrelevant } })).toEqual({
    kind: 'chunk',
    records: [recordOf({ position: 3, previous: 2 })],
    rejected: [],
    foreign: 0,
    end: 5,
    next: 5,
  });
});

it('stops before a hole, and says so where it begins', () => {
  const fakes = chain(1, 2).concat({ position: 7, previous: 5 });
  expect(plan(fakes, 0, 0)).toMatchObject({ kind: 'chunk', next: 2, end: 2 });
  expect(plan(fakes, 2, 2)).toEqual({ kind: 'hole', until: 5 });
});

it('passes over what is of another log, or of an earlier incarnation of this one, and counts it', () => {
  const fakes = [
    { position: 1, previous: 0, epoch: 4 },
    { position: 2, previous: 1, epoch: 3 },
    { position: 900, previous: 899, epoch: 5 },
    { position: 2, previous: 1, epoch: 4 },
  ];
  expect(plan(fakes, 0, 0, { epoch: 4 })).toMatchObject({
    kind: 'chunk',
    records: [{ position: 1 }, { position: 2 }],
    rejected: [],
    foreign: 2,
    end: 2,
    next: 4,
  });
});

it('takes nothing from a partition that is no shard of the log', () => {
  expect(plan(chain(1, 2), 0, 0, { epoch: undefined })).toMatchObject({
    kind: 'chunk',
    records: [],
    rejected: [{ reason: 'partition: the log has no shard 0.' }, { reason: 'partition: the log has no shard 0.' }],
    end: 0,
    next: 2,
  });
});

it('keeps no more than a hundred excerpts in one go', () => {
  const fakes = Array.from({ length: 250 }, () => 'rubbish' as const);
  const counts = [0, 100, 200].map((from) => {
    const chunk = plan(fakes, from, 0, { chunkBytes: 1_000 });
    return chunk.kind === 'chunk' ? [chunk.rejected.length, chunk.next] : [];
  });
  expect(counts).toEqual([
    [100, 100],
    [100, 200],
    [50, 250],
  ]);
});

/** What a relay may make of a log: each record in its order, then some again from any earlier one on, and strangers between. */
const published = fc
  .record({
    gaps: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 25 }),
    repeats: fc.array(fc.tuple(fc.nat(), fc.nat())),
    lost: fc.array(fc.nat()),
    rubbish: fc.array(fc.nat()),
    maxRecords: fc.integer({ min: 1, max: 7 }),
    checkpoint: fc.nat(),
  })
  .map(({ gaps, repeats, lost, rubbish, ...rest }) => {
    const positions = gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], []);
    const log = chain(...positions);
    let fakes: (Fake | 'rubbish')[] = [...log];
    for (const [from, length] of repeats) {
      const at = from % log.length;
      const end = at + (length % (log.length - at)) + 1;
      const index = fakes.findLastIndex((fake) => fake === log[end - 1]);
      fakes = [...fakes.slice(0, index + 1), ...log.slice(at, end), ...fakes.slice(index + 1)];
    }
    for (const index of lost) fakes = fakes.toSpliced(index % (fakes.length + 1), 1);
    for (const index of rubbish) fakes = fakes.toSpliced(index % (fakes.length + 1), 0, 'rubbish');
    return { ...rest, log, fakes, strangers: fakes.filter((fake) => fake === 'rubbish').length };
  });

it('hands over each event behind the checkpoint once and in order, whatever came twice, got lost, or was no record', () => {
  fc.assert(
    fc.property(published, ({ log, fakes, maxRecords, checkpoint, strangers }) => {
      const begin = checkpoint % ((log.at(-1)?.position ?? 0) + 1);
      let position = begin;
      const [handled, offsets]: readonly [number[], string[]] = [[], []];
      for (let index = 0; index < fakes.length;) {
        const step = plan(fakes, index, position, { subscription: { ...partition.subscription, maxRecords } });
        if (step.kind === 'hole') {
          // What the log has up to there: that is what a refill does.
          const from = position;
          handled.push(...log.flatMap((fake) => (fake.position > from && fake.position <= step.until ? [fake.position] : [])));
          position = step.until;
          continue;
        }
        expect(step.records.length).toBeLessThanOrEqual(maxRecords);
        handled.push(...step.records.map((record) => record.position));
        offsets.push(...step.rejected.map(({ offset }) => offset));
        expect(step.next).toBeGreaterThan(index);
        index = step.next;
        position = step.end;
      }
      const end = Math.max(begin, ...fakes.map((fake) => (fake === 'rubbish' ? 0 : fake.position)));
      expect(handled).toEqual(log.map((fake) => fake.position).filter((at) => at > begin && at <= end));
      expect(new Set(offsets).size).toBe(strangers);
      expect(position).toBe(end);
    }),
    { numRuns: 500 },
  );
});
