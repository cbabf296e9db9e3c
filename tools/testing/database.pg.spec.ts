import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type TestDatabase } from './database.ts';

const query = async (url: string, statement: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};

const databasesLike = async (name: string): Promise<unknown[]> =>
  query(inject('postgresUrl'), `select datname from pg_database where datname = '${name}'`);

describe('createDatabase', () => {
  let original: TestDatabase;
  beforeAll(async () => {
    original = await createDatabase();
    await query(original.url, 'create table seen (id int)');
    await query(original.url, 'insert into seen values (7)');
  });
  afterAll(() => original.drop());

  it('gives every caller an empty database of its own', async () => {
    const other = await createDatabase();
    expect(other.url).not.toBe(original.url);
    expect(await query(other.url, "select to_regclass('seen') as seen")).toEqual([{ seen: null }]);
    await other.drop();
  });

  it('copies a template with its rows', async () => {
    const copy = await createDatabase({ template: new URL(original.url).pathname.slice(1) });
    expect(await query(copy.url, 'select id from seen')).toEqual([{ id: 7 }]);
    await copy.drop();
  });

  it('drops a database although somebody is connected to it', async () => {
    const doomed = await createDatabase();
    const name = new URL(doomed.url).pathname.slice(1);
    const client = new Client({ connectionString: doomed.url });
    // Twice: once for the server's word, once for the closed socket.
    client.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
    await client.connect();
    expect(await databasesLike(name)).toEqual([{ datname: name }]);
    await doomed.drop();
    await ended;
    expect(await databasesLike(name)).toEqual([]);
  });
});
