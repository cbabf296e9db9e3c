import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../problem.mjs';
import { filesOf, formatNode, spawnNode, waitUntilReady } from './node.mjs';
import { checkPorts, chooseFreePorts } from './ports.mjs';
import { endNodes, livingNodes } from './processes.mjs';
import { brokerProperties, loggingProperties } from './properties.mjs';

const guardProgram = fileURLToPath(new URL('guard.mjs', import.meta.url));
const controllerOffset = 100;
const readyMs = 60_000;
const tries = 3;

/**
 * @typedef {import('./properties.mjs').Node} Node
 * @typedef {{ version: string, heap: string, nodes: readonly Node[] }} State what a cluster's folder says of it
 * @typedef {{
 *   folder: string, brokers: 1 | 3, guard: 'none' | 'end' | 'remove', port?: number | undefined, heap?: string, limitMs?: number,
 *   properties?: Readonly<Record<string, string>>, advertisedPorts?: readonly number[], javaOptions?: readonly string[]
 * }} LaunchOptions
 * `guard`: whether it ends with us, however we end, and whether its folder is removed then.
 * `port`: of the first broker, the others follow; without it, any free ones.
 */

const stateFile = (folder) => join(folder, 'cluster.json');

/**
 * The cluster whose folder this is, running or not; undefined if there never was one.
 * @param {string} folder
 * @returns {State | undefined}
 */
export const readState = (folder) => (existsSync(stateFile(folder)) ? JSON.parse(readFileSync(stateFile(folder), 'utf8')) : undefined);

/**
 * Makes a new cluster in a folder and waits until it answers. What was there is thrown away, and its brokers are ended; a folder that
 * never was one of a cluster is not touched unless it is empty.
 * @param {import('./command.mjs').Installation} installation
 * @param {LaunchOptions} options
 * @returns {Promise<State & { release: () => void }>} `release` lets the guard go, once nothing runs any more
 */
export async function launch(installation, options) {
  const { folder, guard } = options;
  await clear(folder);
  const release = guard === 'none' ? () => undefined : startGuard(folder, guard);
  try {
    return { ...(await launchNodes(installation, options, tries)), release };
  } catch (error) {
    await endNodes(folder, livingNodes(folder), 0);
    release();
    throw error;
  }
}

async function launchNodes(installation, options, triesLeft) {
  const { folder, brokers, port, limitMs = readyMs } = options;
  const nodes = port === undefined ? await nodesAnywhere(brokers) : nodesFrom(port, brokers);
  const state = await writeFiles(installation, options, nodes);
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  await Promise.all(nodes.map(({ id }) => formatNode(installation, { folder, id, clusterId })));
  try {
    for (const { id } of nodes) spawnNode(installation, { folder, id, heap: state.heap, options: options.javaOptions });
    await waitUntilReady(folder, nodes, { brokers, limitMs });
    return state;
  } catch (error) {
    if (port !== undefined || triesLeft === 1 || !isPortTaken(error)) throw error;
    await clear(folder);
    return launchNodes(installation, options, triesLeft - 1);
  }
}

/** Somebody took a port between our looking and the broker's listening. */
const isPortTaken = (error) => error instanceof Problem && /Address already in use/.test(error.why);

async function writeFiles({ version }, { folder, heap = '256m', properties, advertisedPorts = [] }, nodes) {
  await checkPorts(nodes);
  const all = nodes.map((node, index) => ({ ...node, advertisedPort: advertisedPorts[index] ?? node.port }));
  const state = { version, heap, nodes: all };
  writeFileSync(stateFile(folder), JSON.stringify(state, undefined, 2));
  writeFileSync(join(folder, 'log4j2.properties'), loggingProperties());
  for (const { id } of all) {
    const files = filesOf(folder, id);
    writeFileSync(files.properties, brokerProperties({ id, nodes: all, folder: files.data, more: properties }));
  }
  return state;
}

async function nodesAnywhere(count) {
  const ports = await chooseFreePorts(2 * count);
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, port: ports[2 * index], controllerPort: ports[2 * index + 1] }));
}

const nodesFrom = (port, count) =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, port: port + index, controllerPort: port + controllerOffset + index }));

async function clear(folder) {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder);
  if (files.length > 0 && readState(folder) === undefined) {
    throw new Problem({
      what: `${folder} holds something else than a local Kafka.`,
      why: 'Its data would be thrown away for those of a new cluster.',
      next: 'name another folder (KAFKA_DATA), or empty this one.',
    });
  }
  await endNodes(folder, livingNodes(folder), 0);
  for (const file of files) rmSync(join(folder, file), { recursive: true, force: true });
}

/** A process that waits for the end of ours, and then ends the brokers. It has a group of its own, for it must outlive us. */
function startGuard(folder, then) {
  const child = spawn(process.execPath, [guardProgram, folder, then], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('error', () => undefined);
  child.stdin.once('error', () => undefined);
  child.unref();
  child.stdin.unref?.();
  return () => child.stdin.end();
}
