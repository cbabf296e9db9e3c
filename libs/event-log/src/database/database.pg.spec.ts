import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { Database, databaseDefaults, pgOf } from './database.ts';

describe('Database', () => {
  let place: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    place = await createDatabase();
    const setup = new Database({ ...databaseDefaults, url: place.url });
    await setup.script('create table account (id int primary key, amount int not null); create table event_like (id int primary key)');
    await setup.close();
  });
  beforeEach(async () => {
    database = new Database({ ...databaseDefaults, url: place.url, name: 'test', connections: 6 });
    await database.script('truncate account; insert into account values (1, 100), (2, 100)');
  });
  afterEach(() => database.close());
  afterAll(() => place.drop());

  const breakConnections = async (): Promise<void> => {
    const outside = new Database({ ...databaseDefaults, url: place.url, name: 'outside' });
    await outside.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test'",
    );
    await outside.close();
  };
  /** Idle connections may break a moment later: the first statements may still meet one. */
  const answersAgain = (): Promise<unknown> =>
    vi.waitFor(
      () =>
        Promise.all(
          Array.from({ length: 8 }, () => [
            database.query('select 1'),
            database.run(async (tx) => await pgOf(tx).query('select 1')),
          ]).flat(),
        ),
      { timeout: 20_000 },
    );
  const amounts = async (): Promise<readonly number[]> =>
    (await database.query<{ amount: number }>('select amount from account order by id')).map(({ amount }) => amount);

  it('reads whole numbers, times and json as the adapters expect them', async () => {
    const rows = await database.query(
      `select 9007199254740991::bigint as n, '2026-11-21 09:00:00.123+00'::timestamptz as t, 'infinity'::timestamptz as i,
        '-infinity'::timestamptz as m, '{"a":1.0}'::json as j, null::bigint as x`,
    );
    expect(rows).toEqual([
      {
        n: Number.MAX_SAFE_INTEGER,
        t: Date.UTC(2026, 10, 21, 9, 0, 0, 123),
        i: Number.POSITIVE_INFINITY,
        m: Number.NEGATIVE_INFINITY,
        j: '{"a":1.0}',
        x: null,
      },
    ]);
  });

  it('commits what a work sends, and answers its value', async () => {
    const value = await database.run(async (tx) => {
      pgOf(tx).send('update account set amount = amount - 30 where id = $1', [1]);
      const [row] = await pgOf(tx).query<{ amount: number }>('update account set amount = amount + 30 where id = $1 returning amount', [2]);
      return row?.amount;
    });
    expect(value).toBe(130);
    expect(await amounts()).toEqual([70, 130]);
  });

  it('tells the first failure of a transaction, not those that follow from it', async () => {
    const work = database.run(async (tx) => {
      pgOf(tx).send('update account set amount = amount - 30 where id = 1');
      pgOf(tx).send('insert into account values (1, 0)');
      pgOf(tx).send('update account set amount = 5 where id = 2');
      await pgOf(tx).query('select 1');
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'account_pkey' });
    expect(await amounts()).toEqual([100, 100]);
  });

  it('does not take a transaction for committed whose failure the work kept to itself', async () => {
    const committed: string[] = [];
    const work = database.run(async (tx) => {
      tx.onCommit(() => committed.push('committed'));
      pgOf(tx).send('update account set amount = 0 where id = 1');
      await pgOf(tx)
        .query('select 1 / 0')
        .catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: '22012' });
    expect(committed).toEqual([]);
    expect(await amounts()).toEqual([100, 100]);
  });

  it('repeats both of two transactions until each has had its way, when they lock each other out', async () => {
    let waiting = 0;
    let meet = (): void => undefined;
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const runs: boolean[] = [];
    const transfer = (from: number, to: number): Promise<void> =>
      database.run(async (tx) => {
        runs.push(tx.repeated);
        await pgOf(tx).query('update account set amount = amount - 10 where id = $1', [from]);
        waiting += 1;
        if (waiting === 2) meet();
        await met;
        await pgOf(tx).query('update account set amount = amount + 10 where id = $1', [to]);
      });
    await Promise.all([transfer(1, 2), transfer(2, 1)]);
    expect(runs.slice(0, 3)).toEqual([false, false, true]);
    expect(runs.slice(3).includes(false)).toBe(false);
    expect(await amounts()).toEqual([100, 100]);
  });

  it('gives up on a transaction that deadlocks for ever', async () => {
    let runs = 0;
    const work = database.run(async (tx) => {
      runs += 1;
      await pgOf(tx).query("do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$");
    });
    await expect(work).rejects.toMatchObject({ code: '40P01' });
    expect(runs).toBe(6);
  });

  it('repeats only for the log’s own key, not for any other', async () => {
    let runs = 0;
    const work = database.run(async (tx) => {
      runs += 1;
      await pgOf(tx).query('insert into account values (1, 0)');
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(runs).toBe(1);
  });

  it('ends a statement that takes too long', async () => {
    const impatient = new Database({ ...databaseDefaults, url: place.url, statementTimeoutMs: 50 });
    await expect(impatient.query('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
    await impatient.close();
  });

  it('says that the database cannot be reached when there is none', async () => {
    const nowhere = new Database({ ...databaseDefaults, url: 'postgres://postgres@127.0.0.1:1/postgres' });
    const unreachable = { code: 'database_unreachable', retriable: true };
    await expect(nowhere.query('select 1')).rejects.toMatchObject(unreachable);
    await expect(nowhere.run(() => Promise.resolve(1))).rejects.toMatchObject(unreachable);
    await nowhere.close();
  });

  it('survives connections that break in the middle of a transaction, and tells of it', async () => {
    const lost: string[] = [];
    const forget = database.onConnectionLost(() => lost.push('lost'));
    const committed: string[] = [];
    const work = database.run(async (tx) => {
      tx.onCommit(() => committed.push('committed'));
      await pgOf(tx).query('update account set amount = 0 where id = 1');
      await breakConnections();
      await pgOf(tx).query('update account set amount = 0 where id = 2');
    });
    await expect(work).rejects.toMatchObject({ code: 'database_unreachable', retriable: true });
    expect(lost.length).toBeGreaterThan(0);
    expect(committed).toEqual([]);
    forget();
    await answersAgain();
    expect(await amounts()).toEqual([100, 100]);
    await database.run(async (tx) => {
      await pgOf(tx).query('update account set amount = 1 where id = 1');
    });
    expect(await amounts()).toEqual([1, 100]);
  });

  it('survives connections that break while the work does something else', async () => {
    const broken = database.run(async (tx) => {
      pgOf(tx).send('update account set amount = 0 where id = 1');
      await breakConnections();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await expect(broken).rejects.toMatchObject({ code: 'database_unreachable' });
    await answersAgain();
    expect(await amounts()).toEqual([100, 100]);
  });

  it('notices when idle connections break, and opens new ones', async () => {
    const lost = vi.fn<() => void>();
    database.onConnectionLost(lost);
    await Promise.all([database.query('select 1'), database.run(async (tx) => await pgOf(tx).query('select 1'))]);
    await breakConnections();
    await answersAgain();
    expect(await amounts()).toEqual([100, 100]);
    expect(lost).toHaveBeenCalled();
  });

  it('takes only its own transactions', () => {
    expect(() => pgOf({ repeated: false, onCommit: () => undefined })).toThrow('This transaction was not made by the Postgres adapter.');
  });
});
