import { codeOf } from '@crossdock/kit';
import { pgOf, type Database } from '../database/database.ts';
import { Alarm } from './alarm.ts';
import { CatchUp } from './catch-up.ts';
import { countersOf, noRows, type Rows } from './fold-batch.ts';
import { ProjectionRows } from './projection-rows.ts';
import { LIVE, NEXT, tableNames } from './projection-tables.ts';
import { RebuildLease, dropFormer } from './rebuild-lease.ts';
import { StreamFold } from './stream-fold.ts';
import { daysOfLog, headsOfLog, scanDay } from './stream-scan.ts';

export type RebuildPhase = 'scan' | 'catch_up' | 'swap';

export interface RebuildOptions {
  /** Events at most that are fetched at once. */
  readonly pageEvents: number;
  /** The tables are swapped when they are less than so many events behind; a live projector goes on from there. */
  readonly swapLag: number;
  /** Events done so far, of how many (a running system adds to them). */
  onProgress(done: number, total: number, phase: RebuildPhase): void;
  onProblem(error: unknown): void;
}

export const rebuildDefaults: RebuildOptions = {
  pageEvents: 4_000,
  swapLag: 1_000,
  onProgress: () => undefined,
  onProblem: () => undefined,
};

export interface RebuildResult {
  readonly events: number;
  readonly items: number;
  readonly notifications: number;
  /** Streams that cannot be folded: they are missing in the lists. */
  readonly damaged: number;
  readonly ms: number;
}

/**
 * Builds the projection anew from the log, beside the live one, and puts it in its place: readers see one of the two all the
 * time. A crash in the middle leaves the live one as it was. Throws `rebuild_running` when another process is at it.
 */
export async function rebuildProjection(database: Database, options: Partial<RebuildOptions> = {}): Promise<RebuildResult> {
  return await buildWith(await RebuildLease.take(database), database, options);
}

async function buildWith(lease: RebuildLease, database: Database, options: Partial<RebuildOptions>): Promise<RebuildResult> {
  const began = performance.now();
  try {
    await dropFormer(database);
    const rebuild = new Rebuild(database, lease, { ...rebuildDefaults, ...options });
    await rebuild.scan();
    await rebuild.catchUp();
    await lease.swap();
    const isGone = await dropFormer(database);
    return { ...rebuild.result(isGone), ms: performance.now() - began };
  } catch (error) {
    await lease.abandon();
    throw error;
  }
}

/** The work on the next schema. */
class Rebuild {
  readonly #database: Database;
  readonly #lease: RebuildLease;
  readonly #options: RebuildOptions;
  readonly #rows = new ProjectionRows(NEXT);
  #heads: ReadonlyMap<number, number> = new Map();
  #events = 0;
  #items = 0;
  #notifications = 0;
  #damaged = 0;

  constructor(database: Database, lease: RebuildLease, options: RebuildOptions) {
    this.#database = database;
    this.#lease = lease;
    this.#options = options;
  }

  result(isFormerGone: boolean): Omit<RebuildResult, 'ms'> {
    const total = this.#total();
    this.#options.onProgress(total, total, 'swap');
    if (!isFormerGone) this.#options.onProblem(new RangeError('The former tables are still being read; the next start removes them.'));
    return { events: this.#events, items: this.#items, notifications: this.#notifications, damaged: this.#damaged };
  }

  #total(): number {
    return [...this.#heads.values()].reduce((sum, head) => sum + head, 0);
  }

  /** Every stream, folded up to where the log stands now. */
  async scan(): Promise<void> {
    this.#heads = await headsOfLog(this.#database);
    this.#options.onProgress(0, this.#total(), 'scan');
    let writing: Promise<void> = Promise.resolve();
    for (const day of await daysOfLog(this.#database)) {
      const fold = new StreamFold(this.#heads);
      for await (const page of scanDay(this.#database, day, this.#options.pageEvents)) {
        fold.add(page);
        const rows = fold.take();
        // One batch is written while the next one is folded, and the one after it fetched.
        await writing;
        writing = this.#insert(rows);
        writing.catch(() => undefined);
        this.#events += fold.takeCount();
        this.#options.onProgress(this.#events, this.#total(), 'scan');
      }
      fold.end();
      await writing;
      await this.#insert(fold.take());
      this.#damaged += fold.damaged;
    }
    await this.#begin();
  }

  async #insert(rows: Rows): Promise<void> {
    const newItems = [...rows.items.values()];
    const notifications = [...rows.notifications.values()];
    this.#items += newItems.length;
    this.#notifications += notifications.length;
    await this.#database.run(async (tx) => {
      const pg = pgOf(tx);
      pg.send('set local synchronous_commit = off');
      this.#rows.write(pg, { newItems, items: [], notifications, counters: countersOf(rows, noRows) });
      await this.#lease.check(tx);
    });
  }

  /** From here on the tables move as the live ones do. The generation is not a live one's, and nobody else's. */
  async #begin(): Promise<void> {
    await this.#database.run(async (tx) => {
      for (const [shard, head] of this.#heads) {
        await pgOf(tx).query(`insert into ${NEXT}.position (shard, position, generation) values ($1, $2, $3)`, [
          shard,
          head,
          -this.#lease.token,
        ]);
      }
      await this.#lease.check(tx);
    });
    for (const table of tableNames) await this.#database.query(`analyze ${NEXT}.${table}`);
  }

  async catchUp(): Promise<void> {
    const shards = [...this.#heads].map(
      ([shard, position]) => new CatchUp(this.#database, this.#rows, shard, { position, generation: -this.#lease.token }),
    );
    for (;;) {
      let mostBehind = 0;
      this.#heads = await headsOfLog(this.#database);
      for (const shard of shards) {
        const head = this.#heads.get(shard.shard) ?? 0;
        mostBehind = Math.max(mostBehind, head - shard.position);
        this.#events += await shard.towards(head, this.#options.pageEvents);
        this.#options.onProgress(this.#events, this.#total(), 'catch_up');
      }
      if (mostBehind < this.#options.swapLag) return;
    }
  }
}

/** How often to look whether another process's rebuild has ended, ms. */
const LOOK_MS = 300;

/**
 * For the start of a system: makes the projection's tables when they are missing, and fills them from the log when they know
 * nothing of it. Waits where another process is doing that.
 */
export async function ensureProjection(database: Database, options: Partial<RebuildOptions> = {}): Promise<'kept' | 'rebuilt'> {
  const pause = new Alarm();
  while (!(await hasProjection(database))) {
    try {
      const lease = await RebuildLease.take(database);
      // Another process may have come to its end just now.
      if (await hasProjection(database)) await lease.abandon();
      else {
        await buildWith(lease, database, options);
        return 'rebuilt';
      }
    } catch (error) {
      if (codeOf(error) !== 'rebuild_running') throw error;
      await pause.wait(LOOK_MS);
    }
  }
  await dropFormer(database);
  return 'kept';
}

/** Whether there is a projection, complete with its tables, that knows something of the log. */
export async function hasProjection(database: Database): Promise<boolean> {
  const [tables] = await database.query<{ complete: boolean }>(
    `select bool_and(to_regclass($1 || '.' || name) is not null) as complete from unnest($2::text[]) name`,
    [LIVE, tableNames],
  );
  if (tables?.complete !== true) return false;
  const [known] = await database.query<{ positions: boolean; events: boolean }>(
    `select exists (select 1 from ${LIVE}.position) as positions, exists (select 1 from log_shard where last_position > 0) as events`,
  );
  return known?.positions === true || known?.events === false;
}
