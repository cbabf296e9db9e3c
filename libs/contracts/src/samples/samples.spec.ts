import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkPayload } from '../payload/check-payload.ts';
import { builtInType, builtInTypes } from '../payload/message-types.ts';
import { isMessageType } from '../payload/message-type-name.ts';
import { brokenSamples, sampleAnswers, sampleReplies, samples } from './samples.ts';

const folder = new URL('../../samples/', import.meta.url);
const pushed = (body: string): { message: string; payload?: unknown } => JSON.parse(body) as { message: string; payload?: unknown };
const sample = (name: string): string => samples().find((each) => each.name === name)?.body ?? '';

describe('samples', () => {
  it.each(samples().map((each) => [each.name, each] as const))('%s is a legal push without errors', (_name, { type, body }) => {
    const { payload } = pushed(body);
    expect({ legal: isMessageType(type), errors: checkPayload(type, payload).errors }).toEqual({ legal: true, errors: [] });
  });

  it('covers every built-in type', () => {
    const covered = new Set(samples().map(({ type }) => builtInType(type)?.type));
    expect(builtInTypes.filter((type) => !covered.has(type))).toEqual([]);
  });

  it('fills the order that a guide leaves out with the order of order_new, or with nothing', () => {
    const { order, original } = pushed(sample('order_new')).payload as Record<string, object>;
    expect(pushed(sample('order_updated')).payload).toMatchObject({ order, original, previous: order });
    expect(pushed(sample('order_updated_empty')).payload).toMatchObject({ order: {}, original: {}, previous: {} });
    expect(pushed(sample('order_canceled')).payload).toEqual({ order: { ...order, status: 'canceled' }, original });
    expect(pushed(sample('order_canceled_empty')).payload).toEqual({ order: { status: 'canceled' }, original: {} });
    expect(pushed(sample('shipment_ready')).payload).toMatchObject({ order, original });
    expect(pushed(sample('shipment_ready_empty')).payload).toMatchObject({ order: {}, original: {} });
    expect(pushed(sample('older_order_updated')).payload).toMatchObject({ order: { original } });
    expect(pushed(sample('older_order_updated_empty')).payload).toMatchObject({ order: { original: {} } });
  });

  it('counts the body, not the caption, of the older orders', () => {
    const olderOrders = samples().filter(({ name }) => name.startsWith('older_order'));
    expect(olderOrders.map(({ type }) => type)).toEqual([
      'order:new',
      'order:new',
      'order:updated',
      'order:updated',
      'order:canceled',
      'order:canceled',
    ]);
  });

  it('gives the answers and the replies as JSON', () => {
    const idOf = ({ body }: { body: string }): unknown => (JSON.parse(body) as { message_id: unknown }).message_id;
    expect(sampleAnswers().map(idOf)).toEqual(sampleAnswers().map(() => '518726r84910000000'));
    expect(sampleAnswers().map(({ status }) => status)).toEqual([200, 200, 500, 200]);
    expect(sampleReplies().map(idOf)).toEqual([
      '52811a8584a8169f7a000002',
      '52811a8584a8169f7a000002',
      '51af1dc5fe53543f1200f519',
      undefined,
    ]);
  });

  it('lists among the available messages only types that are built in', () => {
    const reply = sampleReplies().find(({ name }) => name === 'available_messages');
    const listed = JSON.parse(reply?.body ?? '') as string[];
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.filter((type) => !builtInTypes.includes(type))).toEqual([]);
  });

  it.each(brokenSamples().map((each) => [each.name, each.body] as const))(
    '%s is not JSON as printed, and lacks only a brace',
    (_name, body) => {
      expect(() => void JSON.parse(body)).toThrow(SyntaxError);
      expect(isMessageType(pushed(`${body}}`).message)).toBe(true);
    },
  );

  it('has every file in the manifest, byte for byte', () => {
    const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Record<
      string,
      { name: string; sha256: string }[]
    >;
    const places = [
      ['samples', 'fixtures'],
      ['answers', 'answers'],
      ['replies', 'replies'],
      ['broken', 'broken'],
    ] as const;
    for (const [group, place] of places) {
      const onDisk = readdirSync(new URL(`${place}/`, folder)).toSorted();
      const hashes = onDisk.map((file) =>
        createHash('sha256')
          .update(readFileSync(new URL(`${place}/${file}`, folder)))
          .digest('hex'),
      );
      const listed = (manifest[group] ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      expect(onDisk.map((file) => file.replace(/\.\w+$/, ''))).toEqual(listed.map(({ name }) => name));
      expect(hashes).toEqual(listed.map(({ sha256 }) => sha256));
    }
  });
});
