import type { RejectedRecord } from '@crossdock/core';
import { rejectedRecordsContract } from '@crossdock/core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { Database, databaseDefaults } from '../database/database.ts';
import { Relay1764000000004 } from '../migrations/1764000000004-relay.ts';
import { migrate } from '../migrations/migrate.ts';
import { PgRejectedRecords } from './pg-rejected-records.ts';

let place: TestDatabase;
let database: Database;
beforeAll(async () => {
  place = await createDatabase();
  await migrate(place.url, [Relay1764000000004]);
  database = new Database({ ...databaseDefaults, url: place.url, connections: 8 });
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const empty = (): Promise<void> => database.script('truncate rejected_record');

rejectedRecordsContract('Postgres', async () => {
  await empty();
  const open = (): PgRejectedRecords => new PgRejectedRecords(database, { keep: 10 });
  return { one: open(), two: open(), close: () => Promise.resolve() };
});

it('keeps what strangers wrote in a form that Postgres can hold, within bounds', async () => {
  await empty();
  const bounds = { textChars: 20, nameChars: 6, valueChars: 8, headers: 2 };
  const rejected = new PgRejectedRecords(database, bounds);
  const record: RejectedRecord = {
    group: 'router',
    topic: 'crossdock.messages.validated',
    partition: 0,
    offset: '7',
    reason: 'A \0 and half a pair: \ud83d',
    headers: { 'a\0b': 'x\ud83dy', longer_name: 'a longer value', third: 'one too many' },
    excerpt: '\0'.repeat(50),
    bytes: 2 ** 40,
    rejectedAt: 1_795_219_200_123,
  };
  await rejected.add([record]);
  expect(await rejected.list(1)).toEqual([
    {
      ...record,
      reason: 'A \ufffd and half a pair…',
      headers: { 'a\ufffdb': 'x\ufffdy', 'longe…': 'a longe…' },
      excerpt: `${'\ufffd'.repeat(19)}…`,
    },
  ]);
});
