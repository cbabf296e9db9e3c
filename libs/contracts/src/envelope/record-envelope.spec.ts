import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../topics.ts';
import { parseRecord } from './record-envelope.ts';

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
    fc.assert(fc.property(fc.anything(), (raw) => typeof parseRecord(raw).ok === 'boolean'));
  });

  it('may be of every type that has a topic', () => {
    for (const type of Object.keys(topicOf)) expect(parseRecord({ ...record, type }).ok).toBe(true);
  });
});
