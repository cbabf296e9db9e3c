import { Database, databaseDefaults, rebuildProjection, verify, type InvariantResult, type RebuildResult } from '@crossdock/event-log';
import { typeAliases } from '@crossdock/contracts';
import type { Progress } from '@crossdock/kit';
import { PgRegistryHistory, regexCompiler, rotateSecrets, type Rotation } from '@crossdock/registry';
import { secretsOf } from './adapters.ts';
import type { Config } from './config.ts';

export type { InvariantResult, RebuildResult, Rotation };

const CONNECTIONS = 8;

async function withDatabase<T>(url: string, name: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database({ ...databaseDefaults, url, name: `crossdock-${name}`, connections: CONNECTIONS });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Builds the lists anew from the log, beside the live ones; services may go on meanwhile. */
export async function rebuildLists(url: string, progress: Progress): Promise<RebuildResult> {
  return await withDatabase(url, 'rebuild', (database) =>
    rebuildProjection(database, { onProgress: (done, total, phase) => progress.show(phase, done, total) }),
  );
}

/**
 * Checks what must always hold, one result for each invariant; services may go on meanwhile.
 * @param routes make every routing decision again, with the mappings of the revision that it names
 */
export async function verifyDatabase(
  url: string,
  progress: Progress,
  { routes }: { readonly routes: boolean },
): Promise<readonly InvariantResult[]> {
  return await withDatabase(url, 'verify', (database) =>
    verify(database, {
      onProgress: (done, total, phase) => progress.show(phase, done, total),
      ...(routes ? { history: new PgRegistryHistory({ database, compileRegex: regexCompiler(), typeAliases }) } : {}),
    }),
  );
}

/** Seals every secret with the first of the configured keys; services may go on meanwhile, and it may be begun again. */
export async function resealSecrets(config: Config): Promise<Rotation> {
  const secrets = secretsOf(config);
  return await withDatabase(config.databaseUrl, 'rotate', (database) => rotateSecrets(database, secrets));
}
