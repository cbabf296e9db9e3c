import { boundedText, type RejectedRecord, type RejectedRecords } from '@crossdock/core';
import { int4Array, int8Array, jsonArray, textArray, timestampArray } from '../database/binary-arrays.ts';
import type { Database } from '../database/database.ts';

export interface RejectedRecordsOptions {
  /** Records kept: the newest. */
  readonly keep: number;
  /** UTF-16 code units of a reason or an excerpt, of a header's name, of its value; and headers of a record. Longer ones are cut. */
  readonly textChars: number;
  readonly nameChars: number;
  readonly valueChars: number;
  readonly headers: number;
}

export const rejectedRecordsDefaults: RejectedRecordsOptions = {
  keep: 10_000,
  textChars: 1_000,
  nameChars: 100,
  valueChars: 300,
  headers: 40,
};

/** Names of groups and topics are shorter, and offsets are numbers. */
const KEY_CHARS = 300;

interface RejectedRow extends Record<string, unknown> {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly reason: string;
  readonly headers: string;
  readonly excerpt: string;
  readonly bytes: number;
  readonly rejected_at: number;
}

const columns = '"group", topic, partition, "offset", reason, headers, excerpt, bytes, rejected_at';
const insert = {
  name: 'rejected-insert',
  text: `insert into rejected_record (${columns})
    select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::json[], $7::text[], $8::bigint[], $9::timestamptz[])
    on conflict do nothing`,
};
const trim = {
  name: 'rejected-trim',
  text: `delete from rejected_record where id = any (array(
    select id from rejected_record order by rejected_at desc, id desc offset $1 for update skip locked))`,
};

/** Rejected records in Postgres: the newest, within bounds. */
export class PgRejectedRecords implements RejectedRecords {
  readonly #database: Database;
  readonly #options: RejectedRecordsOptions;

  constructor(database: Database, options: Partial<RejectedRecordsOptions> = {}) {
    this.#database = database;
    this.#options = { ...rejectedRecordsDefaults, ...options };
  }

  async add(given: readonly RejectedRecord[]): Promise<void> {
    if (given.length === 0) return;
    const { textChars } = this.#options;
    // Who comes upon the same records at once must not wait for each other.
    const records = given.length === 1 ? given : inOrder(given);
    await this.#database.query(insert, [
      textArray(records.map((record) => boundedText(record.group, KEY_CHARS))),
      textArray(records.map((record) => boundedText(record.topic, KEY_CHARS))),
      int4Array(records.map((record) => record.partition)),
      textArray(records.map((record) => boundedText(record.offset, KEY_CHARS))),
      textArray(records.map((record) => boundedText(record.reason, textChars))),
      jsonArray(records.map((record) => JSON.stringify(this.#headersOf(record)))),
      textArray(records.map((record) => boundedText(record.excerpt, textChars))),
      int8Array(records.map((record) => record.bytes)),
      timestampArray(records.map((record) => record.rejectedAt)),
    ]);
    await this.#database.query(trim, [this.#options.keep]);
  }

  #headersOf({ headers }: RejectedRecord): Readonly<Record<string, string>> {
    const { headers: most, nameChars, valueChars } = this.#options;
    const entries = Object.entries(headers).slice(0, most);
    return Object.fromEntries(entries.map(([name, value]) => [boundedText(name, nameChars), boundedText(value, valueChars)]));
  }

  async list(limit: number): Promise<readonly RejectedRecord[]> {
    const rows = await this.#database.query<RejectedRow>(
      `select ${columns} from rejected_record order by rejected_at desc, id desc limit $1`,
      [limit],
    );
    return rows.map((row) => ({
      group: row.group,
      topic: row.topic,
      partition: row.partition,
      offset: row.offset,
      reason: row.reason,
      headers: JSON.parse(row.headers) as Readonly<Record<string, string>>,
      excerpt: row.excerpt,
      bytes: row.bytes,
      rejectedAt: row.rejected_at,
    }));
  }
}

/** Sorted by what tells them apart, those of one moment in the order given within a partition. */
function inOrder(records: readonly RejectedRecord[]): readonly RejectedRecord[] {
  const place = ({ group, topic, partition }: RejectedRecord): string => JSON.stringify([group, topic, partition]);
  return [...records].sort((a, b) => {
    if (place(a) !== place(b)) return place(a) < place(b) ? -1 : 1;
    return a.offset.length === b.offset.length ? (a.offset < b.offset ? -1 : 1) : a.offset.length - b.offset.length;
  });
}
