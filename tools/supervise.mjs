import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { root } from './prepare/machine.mjs';

/**
 * Runs a compiled program as our child until it ends, so that nothing of it is left behind however we end ourselves.
 *
 * What the child can rely on:
 * - It leads a process group of its own, so a Ctrl-C in the terminal reaches it once, through us, and never the database it started.
 * - SIGINT, SIGTERM and SIGHUP are passed on as they are. A second one, or half a minute, ends the whole group at once.
 * - It has an IPC channel: `disconnect` on `process` means that we are gone and that it should stop as if told to.
 */

const graceMs = 30_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {readonly string[]} command arguments of node: a program and its own arguments
 * @param {{ say: (text: string) => void, limitMs?: number }} options `say` is where we talk, `limitMs` how long stopping may take
 * @returns {Promise<number>} the exit code of the child; 128 and the signal's number if a signal ended it
 */
export function supervise(command, { say, limitMs = graceMs }) {
  const child = spawn(process.execPath, ['--enable-source-maps', ...command], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  let timer;
  const stop = (signal) => {
    if (timer !== undefined) {
      say('\n  Ended at once. The data is kept; the next start repairs what was cut off.\n');
      killGroup(child, 'SIGKILL');
      return;
    }
    timer = setTimeout(() => {
      say(`\n  Stopping took longer than ${limitMs / 1000} s, so it was ended.\n`);
      killGroup(child, 'SIGKILL');
    }, limitMs);
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, stop);
  const watch = watchParent(() => stop('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      clearInterval(watch);
      for (const name of signals) process.off(name, stop);
      // What it started and did not stop, such as a database after a crash.
      killGroup(child, 'SIGINT');
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** npm does not always pass on the signal that ends it; then our parent, or the parent of npm's shell, changes, and we should not stay. */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const before = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(watch);
    onGone();
  }, 500);
  watch.unref();
  return watch;
}

function ancestors() {
  const status = `/proc/${process.ppid}/status`;
  if (process.platform !== 'linux' || !existsSync(status)) return String(process.ppid);
  return `${process.ppid} ${/^PPid:\s+(\d+)$/m.exec(readFileSync(status, 'utf8'))?.[1]}`;
}
