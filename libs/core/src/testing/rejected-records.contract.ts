import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RejectedRecord, RejectedRecords } from '../ports/bus.ts';

/** An empty place that keeps ten records; two processes share it. */
export interface RejectedRecordsWorld {
  readonly one: RejectedRecords;
  readonly two: RejectedRecords;
  close(): Promise<void>;
}

const beginning = 1_795_219_200_000;

function rejected(n: number, but: Partial<RejectedRecord> = {}): RejectedRecord {
  return {
    group: 'router',
    topic: 'crossdock.messages.validated',
    partition: 1,
    offset: String(n),
    reason: `The header "pos" of ${n} is missing.`,
    headers: { 'content-type': 'application/json', ce_id: `${n}` },
    excerpt: '{"stream":"6b00',
    bytes: 5_000_000,
    rejectedAt: beginning + n,
    ...but,
  };
}

/** What all RejectedRecords do. */
export function rejectedRecordsContract(name: string, open: () => Promise<RejectedRecordsWorld>): void {
  describe(`RejectedRecords: ${name}`, () => {
    let world: RejectedRecordsWorld;
    let one: RejectedRecords;
    let two: RejectedRecords;
    beforeEach(async () => {
      world = await open();
      ({ one, two } = world);
    });
    afterEach(() => world.close());

    it('keeps what is added, whole, and lists the newest first', async () => {
      const records = [rejected(1), rejected(2, { headers: {}, excerpt: '' }), rejected(3, { offset: '92233720368547758070', bytes: 0 })];
      await one.add(records.slice(0, 2));
      await two.add(records.slice(2));
      await one.add([]);
      expect(await two.list(10)).toEqual([...records].reverse());
      expect(await one.list(2)).toEqual([records[2], records[1]]);
    });

    it('begins empty', async () => {
      expect(await one.list(10)).toEqual([]);
    });

    it('leaves a record as it is that is added again', async () => {
      await one.add([rejected(1), rejected(2)]);
      await two.add([rejected(1, { reason: 'another reason', rejectedAt: beginning + 9 }), rejected(3)]);
      expect(await one.list(10)).toEqual([rejected(3), rejected(2), rejected(1)]);
    });

    it('tells groups, topics and partitions apart', async () => {
      const records = [
        rejected(1),
        rejected(1, { group: 'delivery' }),
        rejected(1, { topic: 'crossdock.notifications' }),
        rejected(1, { partition: 0 }),
      ];
      for (const record of records) await one.add([record]);
      expect(await one.list(10)).toEqual([...records].reverse());
    });

    it('keeps the newest ten, however many come', async () => {
      const records = Array.from({ length: 25 }, (_, n) => rejected(n));
      await one.add(records.slice(0, 8));
      await two.add(records.slice(8, 12));
      expect(await one.list(100)).toEqual(records.slice(2, 12).reverse());
      await one.add(records.slice(12));
      expect(await two.list(100)).toEqual(records.slice(15).reverse());
      await two.add([rejected(3)]);
      expect(await two.list(100)).toEqual(records.slice(15).reverse());
    });

    it('takes the same records from several processes at once', async () => {
      const records = Array.from({ length: 9 }, (_, n) => rejected(n));
      await Promise.all([one.add(records), two.add([...records].reverse()), one.add(records.slice(3)), two.add(records)]);
      expect(await one.list(100)).toEqual([...records].reverse());
    });
  });
}
