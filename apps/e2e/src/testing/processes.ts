import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Is there such a process? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The Postgres that runs on a data directory of ours. */
export function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'pg', 'cluster', 'postmaster.pid'), 'utf8'), 10);
}

export function childrenOf(pid: number): readonly number[] {
  try {
    const listed = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
    return listed.split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Kills a process and its children at once, with no time for last words. */
export function killFamily(pid: number): void {
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

/** Command lines that mention the text, e.g. a data directory. */
export function processesWith(text: string): readonly string[] {
  const listed = execFileSync('ps', ['-Ao', 'args='], { encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.includes(text));
}
