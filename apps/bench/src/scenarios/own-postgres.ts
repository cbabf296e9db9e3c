import { join } from 'node:path';
import { idOf, type Database } from '@crossdock/event-log';
import { HubError } from '@crossdock/kit';
import { migrateDatabase, readConfig, startEmbeddedPostgres, type EmbeddedPostgres } from '@crossdock/runtime';
import type { PastRoute } from '../prefill/past-messages.ts';
import { openDatabase } from '../prefill/fill-log.ts';
import type { Bench } from './bench.ts';

/** A Postgres without a hub. */
export interface OwnPostgres {
  readonly postgres: EmbeddedPostgres;
  readonly database: Database;
  readonly close: () => Promise<void>;
}

/** Starts Postgres in a hub's data directory, or in a new one, and migrates it. */
export async function ownPostgres(bench: Bench, dataDir: string): Promise<OwnPostgres> {
  const postgres = bench.keep(await startEmbeddedPostgres({ dataDir: join(dataDir, 'pg') }));
  bench.onPostgres(postgres.version);
  await migrateDatabase(readConfig({ CROSSDOCK_DATABASE_URL: postgres.url }));
  const database = openDatabase(postgres.url);
  const close = async (): Promise<void> => {
    await database.close();
    await postgres.stop();
  };
  return { postgres, database, close };
}

/** Where the one mapping of a data directory leads. */
export async function onlyRoute(database: Database, url: string): Promise<PastRoute> {
  const [row] = await database.query<{ id: string; store_id: string; name: string; revision: number; endpoint_id: number }>(
    'select id, store_id, name, revision, endpoint_id from mapping',
  );
  if (row === undefined) throw new HubError('bench_failed', 'There is no mapping to have sent messages to.');
  const mapping = { id: idOf(row.id), name: row.name, url, endpoint: row.endpoint_id };
  return { store: idOf(row.store_id), revision: row.revision, mapping };
}
