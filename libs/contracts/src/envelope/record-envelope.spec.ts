import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../topics.ts';
import { parseRecord, RecordEnvelope } from './record-envelope.ts';

const id = '6b01930c35db63f2ccaad1d0';
const record = {
  stream: id,
  version: 2,
  shard: 0,
  position: 17,
  at: 1_764_000_000_000,
  type: 'message.validated',
  facts: { store: id, root: id, message: 'order:new', later: [1] },
};

describe('a record from outside', () => {
  it('is read with whatever a newer version may have added to its facts', () => {
    expect(parseRecord(record)).toEqual({
      ok: true,
      event: {
        stream: id,
        version: 2,
        shard: 0,
        position: 17,
        at: 1_764_000_000_000,
        event: { type: 'message.validated', store: id, root: id, message: 'order:new', later: [1] },
      },
    });
  });

  it.each([
    ['is no object', 'text', ['The record is not an object.']],
    ['has a stream that is no id', { ...record, stream: 'R1' }, ['stream: an id of 24 hexadecimal digits is needed (found R1).']],
    ['lacks a version', { ...record, version: undefined }, ['version: a whole number is needed (found nothing).']],
    ['counts from 0', { ...record, version: 0 }, ['version: counts from 1 (found 0).']],
    [
      'is of an unknown type',
      { ...record, type: 'message.sung' },
      ['type: no event of this version; it may be of a newer one (found message.sung).'],
    ],
    ['has facts that are a list', { ...record, facts: [1] }, ['facts: an object is needed (found [1]).']],
    ['belongs to no store', { ...record, facts: { root: id } }, ['facts.store: an id of 24 hexadecimal digits is needed.']],
  ])('is refused when it %s', (_name, raw, problems) => {
    expect(parseRecord(raw)).toEqual({ ok: false, problems });
  });

  it('is told everything that is wrong with it at once', () => {
    expect(parseRecord({ facts: {} })).toMatchObject({ ok: false, problems: { length: 8 } });
  });

  it('never makes the reader throw, whatever it is', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true }), (raw) => typeof parseRecord(raw).ok === 'boolean'));
  });

  it('is right for the short cut exactly when it is right for the class', () => {
    const odd = fc.oneof(
      fc.constantFrom(0, -1, 1.5, Number.NaN, 2 ** 53, 32_768, 253_402_300_800_000, `${id}\n`, null, true),
      fc.anything(),
    );
    const ids = fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>(id) }, odd);
    const numbers = fc.oneof({ weight: 9, arbitrary: fc.nat().map<unknown>((n) => n + 1) }, odd);
    const facts = fc.record({ store: ids, root: ids, type: odd, message: fc.string() }, { requiredKeys: ['store', 'root'] });
    const shards = fc.oneof({ weight: 9, arbitrary: fc.nat(32_767) }, odd);
    const types = fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...Object.keys(topicOf)) }, fc.constant('toString'), odd);
    const raws = fc.record(
      {
        stream: ids,
        version: numbers,
        shard: shards,
        position: numbers,
        at: numbers,
        type: types,
        facts: fc.oneof({ weight: 9, arbitrary: facts }, odd),
      },
      { requiredKeys: ['stream', 'version', 'shard', 'position', 'at', 'type'] },
    );
    const seen = { right: 0, wrong: 0 };
    const rightful = /^[0-9a-f]{24}$/;
    fc.assert(
      fc.property(raws, (raw) => {
        const lineage = (raw.facts ?? {}) as { store?: unknown; root?: unknown };
        const isRight =
          validateSync(Object.assign(new RecordEnvelope(), raw)).length === 0 &&
          [lineage.store, lineage.root].every((value) => typeof value === 'string' && rightful.test(value));
        seen[isRight ? 'right' : 'wrong'] += 1;
        expect(parseRecord(raw).ok).toBe(isRight);
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(100);
  });

  it('keeps its own type whatever its facts say', () => {
    expect(parseRecord({ ...record, facts: { ...record.facts, type: 'message.invalid' } })).toMatchObject({
      ok: true,
      event: { event: { type: 'message.validated' } },
    });
  });

  it('may be of every type that has a topic', () => {
    for (const type of Object.keys(topicOf)) expect(parseRecord({ ...record, type }).ok).toBe(true);
  });
});
