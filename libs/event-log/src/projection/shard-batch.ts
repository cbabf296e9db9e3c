import type { StoredEvent } from '@crossdock/core';
import { HubError, codeOf } from '@crossdock/kit';
import { idArray } from '../database/binary-arrays.ts';
import { pgOf, type Database } from '../database/database.ts';
import { eventColumns, eventOf, type EventRow } from '../log/event-row.ts';
import { byDay, partitionOf } from '../log/partitions.ts';
import { countersOf, foldBatch, isNotification, noRows, type Folded, type Rows } from './fold-batch.ts';
import { isEnded, type ItemRow } from './item.ts';
import type { Changes, ProjectedUpTo, ProjectionRows } from './projection-rows.ts';
import type { RowCache } from './row-cache.ts';

export interface ShardBatchParts {
  readonly database: Database;
  readonly rows: ProjectionRows;
  readonly shard: number;
  readonly cache: RowCache;
  onProblem(error: unknown): void;
}

/** A row that should be new exists: only where somebody meddled with the tables. */
const UNIQUE_VIOLATION = '23505';

/** Brings one shard of a schema of the projection from a position to that of the last of these events, in one transaction. */
export class ShardBatch {
  readonly #parts: ShardBatchParts;
  #damaged = 0;

  constructor(parts: ShardBatchParts) {
    this.#parts = parts;
  }

  /** Streams that could not be folded, even from their first event. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Answers where the shard stands afterwards; throws `projection_moved` when it was not where `from` says. */
  async write(from: ProjectedUpTo, events: readonly StoredEvent[]): Promise<ProjectedUpTo> {
    const { cache } = this.#parts;
    const to = events.at(-1)?.position ?? from.position;
    const before = await this.#before(events);
    const folded = foldBatch(events, before);
    const anew = folded.broken.length === 0 ? undefined : await this.#foldAnew(folded.broken, to);
    const after = anew === undefined ? folded : joined(folded, anew);
    const counters = countersOf(after, before);
    const items = [...after.items.values()];
    const changes = {
      newItems: items.filter((row) => !before.items.has(row.id)),
      items: items.filter((row) => before.items.has(row.id)),
      notifications: [...after.notifications.values()],
      counters,
    };
    try {
      await this.#commit(from, to, changes);
    } catch (error) {
      if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
      await this.#commit(from, to, { ...changes, newItems: [], items });
    }
    for (const row of after.items.values()) {
      if (isEnded(row)) cache.delete(row.id);
      else cache.set(row);
    }
    if (anew !== undefined) this.#tell(folded.broken.length, anew.broken.length);
    return { position: to, generation: from.generation };
  }

  async #commit(from: ProjectedUpTo, to: number, changes: Changes): Promise<void> {
    const { database, rows, shard } = this.#parts;
    await database.run(async (tx) => {
      const pg = pgOf(tx);
      // Nothing is lost with it: rows and position go together, and the log has everything.
      pg.send('set local synchronous_commit = off');
      rows.write(pg, changes);
      await rows.move(pg, shard, from, to);
    });
  }

  /** The rows, as they are stored, of the streams that began before these events. */
  async #before(events: readonly StoredEvent[]): Promise<Rows> {
    const { database, rows, cache } = this.#parts;
    const items = new Map<string, ItemRow>();
    const wanted = { items: new Array<string>(), notifications: new Array<string>() };
    const seen = new Set<string>();
    for (const stored of events) {
      if (seen.has(stored.stream)) continue;
      seen.add(stored.stream);
      if (stored.version === 1) continue;
      const cached = cache.get(stored.stream);
      if (cached !== undefined) items.set(stored.stream, cached);
      else if (isNotification(stored)) wanted.notifications.push(stored.stream);
      else wanted.items.push(stored.stream);
    }
    const [found, notifications] = await Promise.all([
      rows.items(database, wanted.items),
      rows.notifications(database, wanted.notifications),
    ]);
    for (const row of found) items.set(row.id, row);
    return { items, notifications: new Map(notifications.map((row) => [row.id, row])) };
  }

  /** Streams whose row does not fit are folded from the log: the rest of the shard does not wait for a repair. */
  async #foldAnew(streams: readonly string[], to: number): Promise<Folded> {
    const { database, shard } = this.#parts;
    const events: StoredEvent[] = [];
    for (const [day, ids] of byDay(streams)) {
      const found = await database.query<EventRow>(
        `select ${eventColumns} from ${partitionOf(day)} where stream_id = any($1::uuid[]) and shard = $2 and position <= $3 order by stream_id, version`,
        [idArray(ids), shard, to],
      );
      for (const row of found) events.push(eventOf(row));
    }
    return foldBatch(events, noRows);
  }

  /** Only after the commit: when the tables were replaced meanwhile, the rows did not fit for that reason. */
  #tell(broken: number, inVain: number): void {
    this.#damaged += inVain;
    const sentence = `${broken} streams of shard ${this.#parts.shard} did not fit their rows; folded anew, ${inVain} still do not.`;
    this.#parts.onProblem(new HubError('projection_damaged', sentence));
  }
}

function joined(some: Rows, others: Rows): Rows {
  return {
    items: new Map([...some.items, ...others.items]),
    notifications: new Map([...some.notifications, ...others.notifications]),
  };
}
