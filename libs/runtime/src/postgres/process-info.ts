import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { platform } from 'node:os';

/** Whether a process with this id runs. One that has ended but was not waited for by its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  // To the system, 0 and less are groups of processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await linuxStat(pid))?.[0] !== 'Z';
}

/** Tells a process from a later one with the same id; `undefined` where there is none, or the platform does not say. */
export async function processBirth(pid: number): Promise<string | undefined> {
  if (platform() === 'linux') return (await linuxStat(pid))?.[19];
  if (platform() === 'win32') return undefined;
  return ps('lstart=', pid);
}

/** The command line of a process, and its working directory where the platform tells it. */
export async function processCommand(pid: number): Promise<{ readonly command: string; readonly cwd: string | undefined } | undefined> {
  if (platform() === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return command === '' ? undefined : { command: command.replaceAll('\0', ' ').trim(), cwd };
  }
  const command = platform() === 'win32' ? await output('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']) : await ps('args=', pid);
  return command === undefined ? undefined : { command, cwd: undefined };
}

/** The fields of /proc/<pid>/stat behind the name, which may itself hold spaces and brackets: the state is 0, the start 19. */
async function linuxStat(pid: number): Promise<readonly string[] | undefined> {
  if (platform() !== 'linux') return undefined;
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

const ps = (field: string, pid: number): Promise<string | undefined> => output('ps', ['-o', field, '-p', String(pid)]);

function output(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 5000 }, (error, stdout) => {
      const text = stdout.trim();
      resolve(error !== null || text === '' ? undefined : text);
    });
  });
}
