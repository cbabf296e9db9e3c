import type { Transaction } from '@crossdock/core';
import { HubError, codeOf } from '@crossdock/kit';
import { pgOf, type Database } from '../database/database.ts';
import { Alarm } from './alarm.ts';
import { FORMER, LIVE, NEXT, projectionTables } from './projection-tables.ts';

/** Any number that no other application of the same database uses. Held for a moment only, where schemas come and go. */
const LOCK = 4_600_130_615;
const ALIVE_MS = 5_000;
const RENEW_MS = 1_000;
const LOOK_MS = 250;
const DROP_TRIES = 10;

const renew = {
  name: 'rebuild-renew',
  text: `update ${NEXT}.lease set alive_until = clock_timestamp() + $2 * interval '1 ms' where token = $1 returning token`,
};

/**
 * The right to build the next projection: a row in the schema that is being built. Whoever holds it renews it; when it dies
 * in the middle, the next one waits a few seconds and drops what it left.
 */
export class RebuildLease {
  readonly #database: Database;
  readonly token: number;
  #lost = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(database: Database, token: number) {
    this.#database = database;
    this.token = token;
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS);
  }

  /** Makes the empty next schema. Throws `rebuild_running` when somebody is seen at work on one. */
  static async take(database: Database): Promise<RebuildLease> {
    const token = 1 + Math.floor(Math.random() * 0x7fff_fffe);
    const pause = new Alarm();
    let seen: number | undefined;
    for (;;) {
      const until = await tryTake(database, token);
      if (until === undefined) return new RebuildLease(database, token);
      if (seen !== undefined && until > seen) {
        throw new HubError(
          'rebuild_running',
          'Another process is rebuilding the projection. Wait for it to end, then try again if need be.',
          {
            retriable: true,
          },
        );
      }
      seen = until;
      await pause.wait(LOOK_MS);
    }
  }

  async #renew(): Promise<void> {
    try {
      const rows = await this.#database.query(renew, [this.token, ALIVE_MS]);
      if (rows.length === 0) this.#lost = true;
    } catch {
      // The next transaction meets the same trouble, and says so.
    }
  }

  /** Fails the transaction when the lease is somebody else's by now. */
  async check(tx: Transaction): Promise<void> {
    const rows = this.#lost ? [] : await pgOf(tx).query(renew, [this.token, ALIVE_MS]);
    if (rows.length === 0)
      throw new HubError('rebuild_lost', 'Another process took the rebuild over, as this one had stood still for too long.');
  }

  /** Puts the next schema in the place of the live one: readers see the one or the other, never neither. */
  async swap(): Promise<void> {
    this.end();
    await this.#database.run(async (tx) => {
      const pg = pgOf(tx);
      await pg.query('select pg_advisory_xact_lock($1)', [LOCK]);
      await this.check(tx);
      const hasLive = await hasSchema(pg, LIVE);
      const generation = hasLive ? `(select coalesce(max(generation), 0) + 1 from ${LIVE}.position)` : '1';
      await pg.query(`update ${NEXT}.position set generation = ${generation}`);
      await pg.query(`drop table ${NEXT}.lease`);
      if (hasLive) await pg.query(`alter schema ${LIVE} rename to ${FORMER}`);
      await pg.query(`alter schema ${NEXT} rename to ${LIVE}`);
    });
  }

  /** Drops what was built. Where that cannot be done now, the next one does it. */
  async abandon(): Promise<void> {
    this.end();
    try {
      await this.#database.run(async (tx) => {
        const pg = pgOf(tx);
        await pg.query('select pg_advisory_xact_lock($1)', [LOCK]);
        await this.check(tx);
        await pg.query(`drop schema ${NEXT} cascade`);
      });
    } catch {
      // Its lease runs out in a few seconds.
    }
  }

  /** Renews it no more: what was built is the next one's to drop. */
  end(): void {
    clearInterval(this.#timer);
  }
}

interface Queries {
  query<R extends Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

async function hasSchema(queries: Queries, schema: string): Promise<boolean> {
  const [row] = await queries.query<{ found: boolean }>('select to_regnamespace($1) is not null as found', [schema]);
  return row?.found === true;
}

/** Answers until when somebody else's lease is good, if there is such a one. */
async function tryTake(database: Database, token: number): Promise<number | undefined> {
  return await database.run(async (tx) => {
    const pg = pgOf(tx);
    await pg.query('select pg_advisory_xact_lock($1)', [LOCK]);
    if (await hasSchema(pg, NEXT)) {
      const [held] = await pg.query<{ until: number }>(
        `select (extract(epoch from alive_until) * 1000)::bigint as until from ${NEXT}.lease where alive_until > clock_timestamp()`,
      );
      if (held !== undefined) return held.until;
      await pg.query(`drop schema ${NEXT} cascade`);
    }
    for (const statement of projectionTables(NEXT)) await pg.query(statement);
    await pg.query(`create table ${NEXT}.lease (token int primary key, alive_until timestamptz not null)`);
    await pg.query(`insert into ${NEXT}.lease values ($1, clock_timestamp() + $2 * interval '1 ms')`, [token, ALIVE_MS]);
    return undefined;
  });
}

/** Removes the schema that was live before a swap; waits a little for those who still read it. Answers whether it is gone. */
export async function dropFormer(database: Database): Promise<boolean> {
  const pause = new Alarm();
  for (let tries = 1; tries <= DROP_TRIES; tries += 1) {
    try {
      await database.run(async (tx) => {
        const pg = pgOf(tx);
        await pg.query("set local lock_timeout = '1s'");
        await pg.query('select pg_advisory_xact_lock($1)', [LOCK]);
        if (await hasSchema(pg, FORMER)) await pg.query(`drop schema ${FORMER} cascade`);
      });
      return true;
    } catch (error) {
      if (codeOf(error) !== '55P03') throw error;
      await pause.wait(LOOK_MS);
    }
  }
  return false;
}
