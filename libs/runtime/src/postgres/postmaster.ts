import { spawn, type ChildProcess } from 'node:child_process';
import { open, rename, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';
import { serverEnvironment } from './initialise.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { signalServer } from './signal-server.ts';
import { startFailure, tellingLines } from './start-failure.ts';

const pollMs = 5;
const maxLogBytes = 8 * 1024 * 1024;
const quitMs = 10_000;

/** How a server ended that nobody stopped. */
export interface PostgresExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of its log that tells something. */
  readonly lines: readonly string[];
  /** Why the program could not even be run. */
  readonly problem?: string;
}

export interface LaunchOptions {
  readonly folder: DataFolder;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly startTimeoutMs: number;
}

/** A running server. */
export interface Postmaster {
  readonly pid: number;
  /** Such as `18.4`. */
  readonly version: string;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<PostgresExit>;
  stop(timeoutMs: number): Promise<void>;
}

/** Starts the server and waits until it takes connections. Throws with its own reasons if it does not. */
export async function launch(options: LaunchOptions): Promise<Postmaster> {
  const { folder, binaries, startTimeoutMs } = options;
  const log = await openLog(folder.log);
  const child = spawnServer(options, log.fd);
  // Before anything is waited for: a server that does not like its settings ends within milliseconds, and says so once.
  const ended = exitOf(child, () => readLog(folder.log, log.from));
  guard(child);
  await log.close();
  const failed = async (what: string, why = ''): Promise<never> => {
    const said = `${why}\n${await readLog(folder.log, log.from)}`;
    throw startFailure({ what, log: said, dataDir: folder.dataDir, packageName: binaries.packageName });
  };
  const end = performance.now() + startTimeoutMs;
  let exit: PostgresExit | undefined;
  void ended.then((value) => (exit = value));
  while (!(await isReady(folder.cluster, child.pid))) {
    if (exit !== undefined) return failed('could not start', exit.problem);
    if (performance.now() > end) {
      await stop(child, ended, { binaries, timeoutMs: 0 });
      return failed(`was not ready within ${startTimeoutMs / 1000} s and was stopped`);
    }
    await sleep(pollMs);
  }
  return {
    pid: child.pid ?? 0,
    version: /starting PostgreSQL (\S+)/.exec(await readLog(folder.log, log.from))?.[1] ?? 'unknown',
    ended,
    stop: (timeoutMs) => stop(child, ended, { binaries, timeoutMs }),
  };
}

function spawnServer({ folder, binaries, account, port, settings }: LaunchOptions, logFd: number): ChildProcess {
  const args = [
    '-D',
    folder.cluster,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(binaries.postgres, args, {
    ...account,
    cwd: folder.dataDir,
    env: serverEnvironment(),
    // A group of its own: a Ctrl-C in the terminal must reach the services, which stop the database when they have drained.
    detached: true,
    windowsHide: true,
    // A file, not a pipe: what it says last must be readable also when we are gone, and nobody must wait for us to read.
    stdio: ['ignore', logFd, logFd],
  });
  child.unref();
  return child;
}

/**
 * Stops the server when we end without having done so: the shell waits for the end of a pipe that closes with us. Where
 * there is no shell, the next start finds the orphan.
 */
function guard(server: ChildProcess): void {
  if (server.pid === undefined || platform() === 'win32') return;
  const script = 'while read -r line; do :; done; kill -INT "$1"';
  const child = spawn('/bin/sh', ['-c', script, 'crossdock-guard', String(server.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  server.once('exit', () => child.kill('SIGKILL'));
}

async function isReady(cluster: string, pid: number | undefined): Promise<boolean> {
  const found = await readPostmasterPid(cluster);
  return found !== undefined && found.pid === pid && found.status === 'ready';
}

function exitOf(child: ChildProcess, log: () => Promise<string>): Promise<PostgresExit> {
  const exit = new Promise<Omit<PostgresExit, 'lines'>>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, problem: error.message }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return exit.then(async (how) => ({ ...how, lines: tellingLines(await log()) }));
}

interface StopOptions {
  readonly binaries: PostgresBinaries;
  readonly timeoutMs: number;
}

async function stop(child: ChildProcess, ended: Promise<PostgresExit>, { binaries, timeoutMs }: StopOptions): Promise<void> {
  const steps = [
    ['INT', timeoutMs],
    ['QUIT', quitMs],
    ['KILL', quitMs],
  ] as const;
  for (const [signal, waitMs] of steps) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
    if (waitMs > 0) await signalServer(child.pid, signal, binaries);
    const patience = new AbortController();
    await Promise.race([ended, sleep(waitMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  }
}

/** Appends; a log that has grown large is put aside first, so that at most two are kept. */
async function openLog(path: string): Promise<{ readonly fd: number; readonly from: number; close(): Promise<void> }> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size > maxLogBytes) await rename(path, `${path}.1`);
  const handle = await open(path, 'a', 0o600);
  return { fd: handle.fd, from: (await handle.stat()).size, close: () => handle.close() };
}

const readBytes = 64 * 1024;

/** What was logged since `from`, at most the last 64 KiB of it. */
async function readLog(path: string, from: number): Promise<string> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - readBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - start)), 0, Math.max(0, size - start), start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
