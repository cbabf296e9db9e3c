import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from '@crossdock/kit';
import type { PostgresBinaries } from './binaries.ts';
import { isRunning, processCommand } from './process-info.ts';
import { signalServer } from './signal-server.ts';

/** What the server writes about itself into its data directory. */
export interface PostmasterPid {
  readonly pid: number;
  /** `starting`, `ready`, `stopping` …; empty while the file is being written. */
  readonly status: string;
}

const fileIn = (cluster: string): string => join(cluster, 'postmaster.pid');
const pollMs = 10;

export async function readPostmasterPid(cluster: string): Promise<PostmasterPid | undefined> {
  const text = await readFile(fileIn(cluster), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Math.abs(Number.parseInt(lines[0] ?? '', 10)) || 0, status: (lines[7] ?? '').trim() };
}

export interface OrphanOptions {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly stopTimeoutMs: number;
}

/**
 * Ends the server that a killed process left running on this cluster, and makes the way free where only its pid file is left.
 * Answers the orphan's id if there was one. Only the owner of the data directory may call this.
 */
export async function clearOrphan({ cluster, binaries, stopTimeoutMs }: OrphanOptions): Promise<number | undefined> {
  const found = await readPostmasterPid(cluster);
  if (found === undefined) return undefined;
  if (!(await isServerOf(found.pid, cluster))) {
    await disownPidFile(cluster);
    return undefined;
  }
  for (const [signal, waitMs] of [
    ['INT', stopTimeoutMs],
    ['QUIT', 10_000],
    ['KILL', 5000],
  ] as const) {
    await signalServer(found.pid, signal, binaries);
    const end = performance.now() + waitMs;
    while (performance.now() < end) {
      if (!(await isServerOf(found.pid, cluster))) return found.pid;
      await sleep(pollMs);
    }
  }
  throw new HubError(
    'data_directory_in_use',
    `A Postgres that an earlier run left behind (process ${found.pid}) uses ${cluster} and does not end. End it yourself: kill -QUIT ${found.pid}, then start again.`,
  );
}

/** Whether the process is a Postgres on this cluster, and not one that got the id of a former one. */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  const found = await processCommand(pid);
  if (found === undefined) return false;
  if (platform() === 'win32') return found.command.toLowerCase().includes('postgres');
  const program = basename(found.command.split(' ')[0] ?? '');
  if (!/^postgres:?$/.test(program)) return false;
  return found.command.includes(`-D ${cluster} `) || (found.cwd !== undefined && found.cwd === (await realpath(cluster).catch(() => '')));
}

/**
 * The server refuses to start while the process named in the file runs, whatever that is. Named as the starter's, the file
 * counts as stale, but unlike without the file the server still looks for survivors of the former one in shared memory.
 */
async function disownPidFile(cluster: string): Promise<void> {
  if (platform() === 'win32') return rm(fileIn(cluster), { force: true });
  const [, ...rest] = (await readFile(fileIn(cluster), 'utf8')).split('\n');
  await writeFile(fileIn(cluster), [process.pid, ...rest].join('\n'));
}
