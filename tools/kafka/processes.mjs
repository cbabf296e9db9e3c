import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;
const pidFiles = /^node-(\d+)\.pid$/;

/**
 * The argument by which the process of a node is recognised, whoever started it.
 * @param {string} folder of the cluster
 * @param {number} id
 */
export const markerOf = (folder, id) => `-Dcrossdock.kafka=${folder}#${id}`;

/**
 * Is this the command line of the process with that marker? `arguments_` as Linux keeps them, parted by NUL, or one line of `ps`.
 * A process that has ended and was not waited for has an empty one.
 * @param {string} commandLine
 * @param {string} marker
 */
export function isCommandOf(commandLine, marker) {
  if (commandLine.includes('\0')) return commandLine.split('\0').includes(marker);
  return ` ${commandLine.trim()} `.includes(` ${marker} `);
}

/** @param {string} folder @param {number} id */
export const pidFile = (folder, id) => join(folder, `node-${id}.pid`);

/**
 * The process that a node of the cluster was last seen as, and whether it is there still, rather than another one with its number.
 * @param {string} folder
 * @param {number} id
 * @returns {{ pid: number, alive: boolean } | undefined}
 */
export function findProcess(folder, id) {
  const file = pidFile(folder, id);
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  return { pid, alive: Number.isSafeInteger(pid) && pid > 0 && isAlive(pid, markerOf(folder, id)) };
}

/**
 * The ids of the nodes whose processes are there.
 * @param {string} folder
 * @returns {number[]}
 */
export function livingNodes(folder) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const ids = files.flatMap((file) => (pidFiles.test(file) ? [Number(pidFiles.exec(file)?.[1])] : []));
  return ids.filter((id) => findProcess(folder, id)?.alive === true).sort((a, b) => a - b);
}

function isAlive(pid, marker) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = commandLineOf(pid);
  return commandLine === undefined || isCommandOf(commandLine, marker);
}

/** Undefined where it cannot be known. */
function commandLineOf(pid) {
  if (process.platform === 'win32') return undefined;
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  } catch {
    return '';
  }
}

/**
 * @param {string} folder
 * @param {number} id
 * @param {NodeJS.Signals} signal
 * @returns {boolean} false: it was not there
 */
export function signalNode(folder, id, signal) {
  const found = findProcess(folder, id);
  if (found?.alive !== true) return false;
  try {
    return process.kill(found.pid, signal);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Ends nodes: politely, and by force if they are still there after `graceMs`.
 * @param {string} folder
 * @param {readonly number[]} ids
 * @param {number} graceMs
 */
export async function endNodes(folder, ids, graceMs) {
  const until = Date.now() + graceMs;
  for (const id of ids) signalNode(folder, id, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const isThere = (id) => findProcess(folder, id)?.alive === true;
  let left = ids.filter(isThere);
  while (left.length > 0) {
    if (Date.now() > until) for (const id of left) signalNode(folder, id, 'SIGKILL');
    await sleep(pollMs);
    left = left.filter(isThere);
  }
}
