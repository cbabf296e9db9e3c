import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@crossdock/runtime';
import { readRunning } from '../running-file.ts';

export interface UpkeepOptions {
  readonly dataDir: string;
  readonly help: boolean;
  /** Those of the command's own switches that were given. */
  readonly switches: ReadonlySet<string>;
}

/** `--data DIR`, `--help` and the command's own switches; the folder also from CROSSDOCK_DATA. */
export function upkeepOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  own: readonly string[] = [],
): UpkeepOptions {
  const off = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { ...Object.fromEntries(own.map((name) => [name, off])), data: { type: 'string' }, help: off },
  });
  const given: Readonly<Record<string, unknown>> = values;
  return {
    dataDir: resolve(values.data ?? env['CROSSDOCK_DATA'] ?? '.crossdock'),
    help: values.help,
    switches: new Set(own.filter((name) => given[name] === true)),
  };
}

/**
 * Works on the database of CROSSDOCK_DATABASE_URL, or of the hub that runs on the data directory; where none runs, its
 * Postgres is started for as long as the work takes.
 */
export async function withDatabase<T>(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const given = env['CROSSDOCK_DATABASE_URL'];
  if (given !== undefined && given !== '') return await work(given);
  const running = await readRunning(dataDir);
  if (running !== undefined) return await work(running.database);
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'pg') });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}
