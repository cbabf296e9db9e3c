import { HubError, messageOf } from '@crossdock/kit';
import { DataSource, type MigrationInterface } from 'typeorm';

export type Migration = new () => MigrationInterface;

/** Any number that no other application of the same database uses. */
const LOCK = 4_600_130_613;

/**
 * Applies the migrations that are pending, in order, each in its own transaction, while holding a lock: several processes
 * may start at once. Answers the names of those it applied.
 */
export async function migrate(url: string, migrations: readonly Migration[]): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: [...migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    extra: { max: 2 },
  });
  try {
    await source.initialize();
    const holder = source.createQueryRunner();
    try {
      await holder.query('select pg_advisory_lock($1)', [LOCK]);
      return (await source.runMigrations()).map((migration) => migration.name);
    } finally {
      await holder.query('select pg_advisory_unlock($1)', [LOCK]);
      await holder.release();
    }
  } catch (error) {
    throw new HubError('migration_failed', `The database could not be migrated: ${messageOf(error)}`, { cause: error });
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}
