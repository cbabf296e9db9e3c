import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RecordToPublish } from '@crossdock/core';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../topics.ts';
import { decodeRecord, encodeRecord, type RawRecord } from './record-codec.ts';
import { sampleRecords } from './sample-records.ts';

const folder = new URL('golden/', import.meta.url);
const roomy = 1 << 20;

/** One record of every type, and one whose payload found no room. */
const goldens = new Map<string, { readonly record: RecordToPublish; readonly maxValueBytes: number }>([
  ...Object.entries(sampleRecords).map(([type, record]) => [type, { record, maxValueBytes: roomy }] as const),
  ['message.received.without-payload', { record: sampleRecords['message.received'], maxValueBytes: 100 }],
]);

/** As somebody would write down what he sees on the wire: where, key, headers, an empty line, the value. */
function written(record: RecordToPublish, maxValueBytes: number): string {
  const { key, headers, value } = encodeRecord(record, { maxValueBytes });
  const place = [`topic: ${record.topic}`, `partition: ${record.shard}`, `key: ${key}`];
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}`);
  return `${[...place, ...lines].join('\n')}\n\n${Buffer.from(value).toString()}\n`;
}

function read(text: string): RawRecord & { readonly key: string } {
  const [head = '', value = ''] = text.split(/\n\n/, 2);
  const lines = head.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  const { topic = '', partition, key = '', ...headers } = Object.fromEntries<string>(lines);
  return { topic, partition: Number(partition), key, headers, value: Buffer.from(value.replace(/\n$/, '')) };
}

describe('golden records', () => {
  it('are on the wire what their files say (UPDATE_DOCS=1 writes them)', () => {
    const names = [...goldens.keys()].map((name) => `${name}.txt`).sort();
    if (process.env['UPDATE_DOCS'] === '1') {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      for (const [name, { record, maxValueBytes }] of goldens)
        writeFileSync(new URL(`${name}.txt`, folder), written(record, maxValueBytes));
    }
    expect(readdirSync(folder).sort()).toEqual(names);
    for (const [name, { record, maxValueBytes }] of goldens) {
      expect(readFileSync(new URL(`${name}.txt`, folder), 'utf8'), name).toBe(written(record, maxValueBytes));
    }
  });

  it('are read from their files as what they were', () => {
    for (const [name, { record, maxValueBytes }] of goldens) {
      const { key, ...raw } = read(readFileSync(new URL(`${name}.txt`, folder), 'utf8'));
      const { epoch, payload, ...rest } = record;
      const kept = maxValueBytes === roomy ? payload : undefined;
      expect({ name, key, decoded: decodeRecord(raw) }).toEqual({
        name,
        key: record.event.root,
        decoded: { ok: true, record: rest, epoch, payload: kept },
      });
    }
  });

  it('tell one story: positions follow each other, and each record names the one before it in its topic', () => {
    const records = Object.values(sampleRecords);
    const [first = 0] = records.map(({ position }) => position);
    expect(records.map(({ position }) => position)).toEqual(records.map((_, index) => first + index));
    const last = new Map<string, number>();
    for (const { topic, previous, position, event } of records) {
      const before = last.get(topic);
      if (before === undefined) expect(previous).toBeLessThan(first);
      else expect(previous).toBe(before);
      expect(topic).toBe(topicOf[event.type]);
      last.set(topic, position);
    }
    expect(Object.keys(sampleRecords).sort()).toEqual(Object.keys(topicOf).sort());
  });
});
