import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended, onLines } from '../prepare/child.mjs';
import { Problem } from '../problem.mjs';
import { javaArguments } from './command.mjs';
import { askMetadata } from './metadata.mjs';
import { findProcess, markerOf, pidFile } from './processes.mjs';

const formatMs = 60_000;
const pollMs = 50;
const shownLines = 15;

/** @typedef {import('./command.mjs').Installation} Installation */

const inFolder = (folder, id) => ({
  properties: join(folder, `node-${id}.properties`),
  log: join(folder, `node-${id}.log`),
  data: join(folder, `data-${id}`),
});

/** Where a node's configuration, log and data are. */
export const filesOf = inFolder;

const logging = (folder) => `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`;

/**
 * Prepares the data folder of a node whose configuration is written.
 * @param {Installation} installation
 * @param {{ folder: string, id: number, clusterId: string }} node
 */
export async function formatNode(installation, { folder, id, clusterId }) {
  const args = javaArguments(installation, {
    main: 'kafka.tools.StorageTool',
    args: ['format', '-t', clusterId, '-c', inFolder(folder, id).properties],
    heap: '96m',
    options: [logging(folder)],
  });
  const child = spawn(installation.java, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const talk = [];
  onLines(child.stderr, (line) => talk.push(line));
  const { code, signal, error } = await ended(child, formatMs);
  if (code === 0) return;
  throw new Problem({
    what: `The data folder of broker ${id} could not be prepared in ${folder}.`,
    why: [`Kafka's StorageTool ended with ${error?.message ?? code ?? signal}.`, ...talk.slice(-shownLines)].join('\n'),
    next: 'look at the lines above; npm run kafka -- up --reset begins anew.',
  });
}

/**
 * Starts the process of a node. It leads a group of its own, so that a Ctrl-C in the terminal does not reach it.
 * @param {Installation} installation
 * @param {{ folder: string, id: number, heap: string, options?: readonly string[] }} node
 */
export function spawnNode(installation, { folder, id, heap, options = [] }) {
  const files = inFolder(folder, id);
  const args = javaArguments(installation, {
    main: 'kafka.Kafka',
    args: [files.properties],
    heap,
    options: [markerOf(folder, id), logging(folder), ...options],
  });
  const log = openSync(files.log, 'a');
  const child = spawn(installation.java, args, { detached: true, stdio: ['ignore', log, log] });
  // Told below: it has no pid.
  child.once('error', () => undefined);
  closeSync(log);
  if (child.pid === undefined) throw notStarted(id, installation.java);
  child.unref();
  writeFileSync(pidFile(folder, id), String(child.pid));
}

const notStarted = (id, java) =>
  new Problem({ what: `Broker ${id} could not be started.`, why: `${java} cannot be run.`, next: 'java -version says more.' });

/**
 * Waits until nodes answer, and know of so many brokers. Throws a `Problem` with the last lines of the log if one of them ends or takes
 * longer than `limitMs`.
 * @param {string} folder
 * @param {readonly import('./properties.mjs').Node[]} nodes
 * @param {{ brokers: number, limitMs: number }} wanted
 */
export async function waitUntilReady(folder, nodes, { brokers, limitMs }) {
  const until = Date.now() + limitMs;
  for (const node of nodes) {
    while (!isReady(await askMetadata(node.port), node.id, brokers)) {
      if (findProcess(folder, node.id)?.alive !== true) throw notReady(folder, node, 'It has ended.');
      if (Date.now() > until) throw notReady(folder, node, `${limitMs / 1000} s have passed.${alone(nodes)}`);
      await sleep(pollMs);
    }
  }
}

const isReady = (metadata, id, brokers) =>
  metadata !== undefined && metadata.controller > 0 && metadata.brokers.includes(id) && metadata.brokers.length >= brokers;

const alone = (nodes) => (nodes.length > 1 ? '' : ' One node of three never becomes ready while both of the others are away.');

function notReady(folder, { id, port }, how) {
  const { log } = inFolder(folder, id);
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-shownLines) : [];
  return new Problem({
    what: `Broker ${id} did not become ready on 127.0.0.1:${port}.`,
    why: `${how} The last lines of ${log}:\n${lines.join('\n')}`,
    next: 'look at these lines; npm run kafka -- up --reset begins anew.',
  });
}
