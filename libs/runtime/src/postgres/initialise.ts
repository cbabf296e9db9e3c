import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { HubError } from '@crossdock/kit';
import type { Account } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';
import { startFailure } from './start-failure.ts';

const timeoutMs = 120_000;
const unfinishedPrefix = 'cluster.unfinished-';
export const superuser = 'postgres';

export interface InitialiseOptions {
  readonly folder: DataFolder;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
}

/** Whether there is a complete cluster. */
export function isInitialised({ cluster }: DataFolder): boolean {
  return existsSync(join(cluster, 'PG_VERSION'));
}

/**
 * Makes a cluster beside its place and moves it there when it is complete and on disk, so that one whose making was cut off
 * is never taken for a whole one.
 */
export async function initialise({ folder, binaries, account }: InitialiseOptions): Promise<void> {
  const { dataDir, cluster, password } = folder;
  if (existsSync(cluster)) {
    throw new HubError(
      'database_unreachable',
      `Postgres could not start: ${cluster} exists but has no PG_VERSION, so it is not a whole database, and it is not one that was cut off while it was made. ` +
        'Look what is in there; move it away, or throw it away with --reset.',
    );
  }
  await removeUnfinished(dataDir);
  await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
  if (account !== undefined) await chown(password, account.uid, account.gid);
  // A name of its own: an initdb whose starter was killed may still be writing into the one before.
  const unfinished = join(dataDir, `${unfinishedPrefix}${randomBytes(6).toString('hex')}`);
  await runInitdb(unfinished, { folder, binaries, account });
  await rename(unfinished, cluster);
  await syncFolder(dataDir);
}

/** The superuser's password of a complete cluster. */
export async function readPassword({ password, dataDir }: DataFolder): Promise<string> {
  try {
    return (await readFile(password, 'utf8')).trim();
  } catch (cause) {
    throw new HubError(
      'database_unreachable',
      `The database in ${dataDir} is there, but its password is not: ${password} cannot be read. Restore that file from a copy, or begin anew with --reset.`,
      { cause },
    );
  }
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(unfinishedPrefix)) await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runInitdb(unfinished: string, { folder, binaries, account }: InitialiseOptions): Promise<void> {
  const { password, dataDir } = folder;
  const args = [
    `--pgdata=${unfinished}`,
    `--pwfile=${password}`,
    `--username=${superuser}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  const child = spawn(binaries.initdb, args, {
    ...account,
    cwd: dataDir,
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `initdb ended with ${code ?? signal}`));
  });
  if (ended === undefined) return;
  const log = `${Buffer.concat(chunks).toString('utf8')}\n${ended}`;
  throw startFailure({ what: 'could not set up its data', log, dataDir, packageName: binaries.packageName });
}

/** Nothing of ours: a PGOPTIONS or PGDATA of somebody's shell is not meant for this server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' };
}

/** Without this a loss of power could undo the renaming after messages were accepted, and the next start would begin anew. */
async function syncFolder(path: string): Promise<void> {
  if (platform() === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
