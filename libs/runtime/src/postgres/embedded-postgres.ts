import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unreachable } from '@crossdock/core';
import { accountFor, checkReachable, giveCluster, makeDataFolder, type Account } from './account.ts';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { dataFolder, type DataFolder } from './data-folder.ts';
import { lockDataDir } from './data-lock.ts';
import { freePort } from './free-port.ts';
import { initialise, isInitialised, readPassword, superuser } from './initialise.ts';
import { clearOrphan } from './postmaster-pid.ts';
import { launch, type PostgresExit, type Postmaster } from './postmaster.ts';
import { availableMemory, serverSettings } from './settings.ts';
import { startProblem, type StartProblem } from './start-failure.ts';

export type PostgresStep = 'initialise' | 'start';

export interface EmbeddedPostgresOptions {
  /** Folder for the cluster, its password and its log; made when missing. */
  readonly dataDir: string;
  /** Exactly this port; without it any free one. */
  readonly port?: number;
  /** Over the defaults of `serverSettings`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Until it takes connections; after a crash it first repairs what was cut off. */
  readonly startTimeoutMs?: number;
  /** How long it may take to stop in an orderly way. */
  readonly stopTimeoutMs?: number;
  /** A sentence about what is out of the ordinary: an orphan stopped, a crash, a restart. */
  readonly onLog?: (line: string) => void;
  readonly onStep?: (step: PostgresStep) => void;
}

/** A Postgres of our own. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Such as `18.4`. */
  readonly version: string;
  readonly dataDir: string;
  /** Whether this start made the cluster. */
  readonly initialised: boolean;
  /** Ends its clients, writes a checkpoint and stops; at once if that takes too long. Gives the data directory back. */
  stop(): Promise<void>;
  /** Calls back once if the server ends without having been stopped. Answers how to leave off. */
  onExit(listener: (exit: PostgresExit) => void): () => void;
}

const defaults = { startTimeoutMs: 120_000, stopTimeoutMs: 15_000 };
const startTries = 5;
const memoryWaitMs = 500;

/**
 * Starts Postgres on 127.0.0.1, with a cluster in `dataDir` that is made when there is none. A server that a killed process
 * left behind is stopped first. Throws `data_directory_in_use` while another process uses the folder, `disk_full`, and
 * `database_unreachable` with the server's own reasons and what to do for the rest.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const prepared = await prepare(options);
  try {
    const { postmaster, port } = await launchSomewhere(prepared, options);
    return handle({ prepared, options, postmaster, port });
  } catch (error) {
    await prepared.unlock();
    throw error;
  }
}

/** A data directory that is ours and holds a cluster, without a server on it. */
interface Prepared {
  readonly folder: DataFolder;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly password: string;
  readonly initialised: boolean;
  unlock(): Promise<void>;
}

async function prepare(options: EmbeddedPostgresOptions): Promise<Prepared> {
  const folder = dataFolder(resolve(options.dataDir));
  const binaries = await findBinaries();
  const account = await accountFor(folder.cluster);
  await makeDataFolder(folder.dataDir, account);
  if (account !== undefined) {
    await checkReachable(binaries.postgres, account);
    await checkReachable(folder.cluster, account);
  }
  const unlock = await lockDataDir(folder.dataDir);
  try {
    const initialised = !isInitialised(folder);
    if (initialised) {
      options.onStep?.('initialise');
      await initialise({ folder, binaries, account });
    } else {
      if (account !== undefined) await giveCluster(folder.cluster, account);
      const stopTimeoutMs = options.stopTimeoutMs ?? defaults.stopTimeoutMs;
      const orphan = await clearOrphan({ cluster: folder.cluster, binaries, stopTimeoutMs });
      if (orphan !== undefined) options.onLog?.(`Postgres of an earlier run was still there (process ${orphan}); it was stopped.`);
    }
    return { folder, binaries, account, password: await readPassword(folder), initialised, unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** A free port may be taken before the server has it, and what a killed server leaves in memory takes a moment to go. */
async function launchSomewhere(prepared: Prepared, options: EmbeddedPostgresOptions): Promise<{ postmaster: Postmaster; port: number }> {
  options.onStep?.('start');
  const settings = { ...serverSettings(availableMemory()), ...options.settings };
  const startTimeoutMs = options.startTimeoutMs ?? defaults.startTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      return { postmaster: await launch({ ...prepared, port, settings, startTimeoutMs }), port };
    } catch (error) {
      const waitMs = attempt === startTries ? undefined : nextTryAfter(startProblem(String(error)), options);
      if (waitMs === undefined) throw error;
      await sleep(waitMs);
    }
  }
}

/** `undefined` if another attempt would end like this one. */
function nextTryAfter(problem: StartProblem, { port }: EmbeddedPostgresOptions): number | undefined {
  switch (problem) {
    case 'memory_in_use':
      return memoryWaitMs;
    case 'port_taken':
      return port === undefined ? 0 : undefined;
    case 'other':
      return undefined;
    default:
      return unreachable(problem);
  }
}

interface Running {
  readonly prepared: Prepared;
  readonly options: EmbeddedPostgresOptions;
  readonly postmaster: Postmaster;
  readonly port: number;
}

function handle({ prepared, options, postmaster, port }: Running): EmbeddedPostgres {
  const listeners = new Set<(exit: PostgresExit) => void>();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await postmaster.stop(options.stopTimeoutMs ?? defaults.stopTimeoutMs);
    await prepared.unlock();
  };
  void postmaster.ended.then((exit) => {
    if (stopping === undefined) for (const listener of listeners) listener(exit);
  });
  return {
    url: `postgres://${superuser}:${prepared.password}@127.0.0.1:${port}/postgres`,
    port,
    pid: postmaster.pid,
    version: postmaster.version,
    dataDir: prepared.folder.dataDir,
    initialised: prepared.initialised,
    stop: () => (stopping ??= stop()),
    onExit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
