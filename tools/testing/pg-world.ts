import type { World, WorldProcess } from '@crossdock/core/testing';
import {
  Database,
  Log1764000000001,
  PgCheckpoints,
  PgDueDeliveries,
  PgIdentifiers,
  WaitingDeliveries1764000000014,
  Work1764000000002,
  Worker,
  databaseDefaults,
  idOf,
  intakeDefaults,
  migrate,
  openLog,
  type IntakeOptions,
  type OpenLog,
  type Row,
} from '@crossdock/event-log';
import { createDatabase, type TestDatabase } from './database.ts';

export interface PgProcess extends WorldProcess, Omit<OpenLog, 'tail' | 'log' | 'received'> {
  readonly database: Database;
  readonly log: OpenLog['log'];
  readonly tail: OpenLog['tail'];
  readonly received: OpenLog['received'];
  /** What the adapters complained of. */
  readonly problems: readonly unknown[];
  readonly worker: Worker;
}

export interface PgWorld extends World {
  readonly url: string;
  readonly one: PgProcess;
  readonly two: PgProcess;
  /** One more process. */
  start(options?: PgProcessOptions): Promise<PgProcess>;
  /** Breaks all connections of the processes, as a restarted server would. */
  breakConnections(): Promise<void>;
}

export interface PgProcessOptions {
  readonly pollMs?: number;
  readonly recentEvents?: number;
  readonly intake?: Partial<IntakeOptions>;
}

/** A migrated database whose copies are the worlds of a spec file. */
export class PgWorlds {
  readonly #template: TestDatabase;

  private constructor(template: TestDatabase) {
    this.#template = template;
  }

  static async prepare(): Promise<PgWorlds> {
    const template = await createDatabase();
    await migrate(template.url, [Log1764000000001, Work1764000000002, WaitingDeliveries1764000000014]);
    const database = new Database({ ...databaseDefaults, url: template.url, connections: 2 });
    // The partitions of the days to come are part of the template: making them anew for every test would take half its time.
    (await open(database, {}, [])).tail.stop();
    await database.close();
    return new PgWorlds(template);
  }

  async open(defaults: PgProcessOptions = {}): Promise<PgWorld> {
    const place = await createDatabase({ template: new URL(this.#template.url).pathname.slice(1) });
    const started: PgProcess[] = [];
    const start = async (options: PgProcessOptions = defaults): Promise<PgProcess> => {
      const process = await startProcess(place.url, options);
      started.push(process);
      return process;
    };
    const one = await start();
    const two = await start();
    return {
      url: place.url,
      one,
      two,
      start,
      parkedRecords: () => parkedRecords(one.database),
      breakConnections: async () => {
        const outside = new Database({ ...databaseDefaults, url: place.url, name: 'outside', connections: 1 });
        await outside.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test'",
        );
        await outside.close();
      },
      close: async () => {
        for (const process of started) {
          process.tail.stop();
          await process.worker.retire();
          await process.database.close();
        }
        await place.drop();
      },
    };
  }

  async drop(): Promise<void> {
    await this.#template.drop();
  }
}

function open(
  database: Database,
  { pollMs = 10, recentEvents = 10_000, intake = {} }: PgProcessOptions,
  problems: unknown[],
): Promise<OpenLog> {
  const onProblem = (error: unknown): void => {
    problems.push(error);
  };
  return openLog(database, {
    shards: 2,
    receivedCacheBytes: 1 << 20,
    tail: { pollMs, recentEvents, onProblem },
    intake: { ...intakeDefaults, onProblem, ...intake },
  });
}

async function startProcess(url: string, options: PgProcessOptions): Promise<PgProcess> {
  const database = new Database({ ...databaseDefaults, url, name: 'test', connections: 6 });
  const problems: unknown[] = [];
  const onProblem = (error: unknown): void => {
    problems.push(error);
  };
  const parts = await open(database, options, problems);
  const worker = await Worker.register(database, {
    name: 'test',
    renewMs: 3_000,
    validMs: 60_000,
    onLost: () => problems.push('lost'),
    onProblem,
  });
  return {
    ...parts,
    database,
    worker,
    problems,
    unitOfWork: database,
    checkpoints: new PgCheckpoints(database, worker.id),
    due: new PgDueDeliveries(database, worker.id),
    identifiers: new PgIdentifiers(),
    die: () => worker.retire(),
  };
}

interface ParkedRow extends Row {
  readonly group: string;
  readonly topic: string;
  readonly shard: number;
  readonly position: number;
  readonly stream_id: string;
  readonly version: number;
  readonly store_id: string | null;
  readonly reason: string;
}

async function parkedRecords(database: Database): ReturnType<World['parkedRecords']> {
  const rows = await database.query<ParkedRow>('select * from parked_record order by "group", topic, shard, position');
  return rows.map(({ group, topic, shard, position, stream_id, version, store_id, reason }) => ({
    group,
    topic,
    shard,
    position,
    stream: idOf(stream_id),
    version,
    store: store_id === null ? undefined : idOf(store_id),
    reason,
  }));
}
