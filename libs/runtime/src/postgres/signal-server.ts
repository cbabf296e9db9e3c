import { execFile } from 'node:child_process';
import { platform } from 'node:os';
import type { PostgresBinaries } from './binaries.ts';

/** Tells a server to stop: INT ends its clients and writes a checkpoint, QUIT ends at once and leaves the rest to recovery. */
export async function signalServer(pid: number, signal: 'INT' | 'QUIT' | 'KILL', binaries: PostgresBinaries): Promise<void> {
  if (platform() === 'win32' && signal !== 'KILL') return pgCtlKill(pid, signal, binaries);
  try {
    process.kill(pid, `SIG${signal}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Windows has no signals; Postgres has its own way there. */
function pgCtlKill(pid: number, signal: string, { pgCtl }: PostgresBinaries): Promise<void> {
  return new Promise((resolve) => {
    execFile(pgCtl, ['kill', signal, String(pid)], { timeout: 5000 }, () => resolve());
  });
}
