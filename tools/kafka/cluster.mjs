import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Problem } from '../problem.mjs';
import { launch, readState } from './launch.mjs';
import { filesOf, spawnNode, waitUntilReady } from './node.mjs';
import { checkPorts } from './ports.mjs';
import { prepareKafka } from './prepare.mjs';
import { endNodes, findProcess, livingNodes, signalNode } from './processes.mjs';
import { addressesOf } from './properties.mjs';
import { readSettings } from './settings.mjs';

const readyMs = 60_000;
const stopMs = 10_000;

/**
 * @typedef {{
 *   brokers?: 1 | 3, version?: string, port?: number, dir?: string, keep?: boolean, heap?: string, limitMs?: number,
 *   properties?: Readonly<Record<string, string>>, advertisedPorts?: readonly number[],
 *   terminal?: import('../terminal.mjs').Terminal | undefined
 * }} StartOptions
 */

/**
 * Starts a new cluster on the loopback and waits until it answers. Fetches Kafka first if the cache lacks it. Throws a `Problem` if
 * something is in the way; then nothing is left running.
 *
 * @param {StartOptions} [options]
 * - `brokers`: one, or three of which one may be away.
 * - `version`: `KAFKA_VERSION` or 4.3.1 unless given.
 * - `port`: of the first broker, the others follow; without it any free ones, so that clusters do not meet.
 * - `dir`: for data and logs, emptied first; without it a temporary one that `down` removes.
 * - `keep`: leave it running when this process ends. Otherwise it is killed then, however the process ends.
 * - `heap`: of each broker, `256m` unless given. `limitMs`: to wait for the cluster to be ready, a minute unless given.
 * - `properties`: of all brokers, outranking ours. `advertisedPorts`: where clients are sent to, such as proxies of one's own.
 * @returns {Promise<KafkaCluster>}
 */
export async function startKafka({ version, terminal, ...options } = {}) {
  const settings = readSettings();
  const installation = await prepareKafka({ ...settings, version: version ?? settings.version }, { terminal });
  return launchCluster(installation, { heap: settings.heap, ...options });
}

async function launchCluster(installation, { dir, keep = false, brokers = 1, ...options }) {
  const isTemporary = dir === undefined;
  const folder = isTemporary ? realpathSync(mkdtempSync(join(tmpdir(), 'crossdock-kafka-'))) : resolve(dir);
  const guard = keep ? 'none' : isTemporary ? 'remove' : 'end';
  try {
    const state = await launch(installation, { ...options, brokers, folder, guard });
    return new KafkaCluster({ folder, installation, state, remove: isTemporary, limitMs: options.limitMs });
  } catch (error) {
    if (isTemporary) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The cluster of a folder, running or not; undefined if there never was one.
 * @param {string} dir
 * @param {{ terminal?: import('../terminal.mjs').Terminal }} [options]
 * @returns {Promise<KafkaCluster | undefined>}
 */
export async function openKafka(dir, { terminal } = {}) {
  const folder = resolve(dir);
  const state = readState(folder);
  if (state === undefined) return undefined;
  const installation = await prepareKafka({ ...readSettings(), version: state.version }, { terminal });
  return new KafkaCluster({ folder, installation, state: { ...state, release: () => undefined }, remove: false });
}

/** One or three brokers, numbered from 1. A method that is given another number throws a `Problem`. */
export class KafkaCluster {
  /** Where clients begin, as `host:port`. @type {string[]} */
  brokers;
  /** Where data and logs are. @type {string} */
  dir;
  /** @type {string} */
  version;
  #installation;
  #state;
  #remove;
  #limitMs;

  constructor({ folder, installation, state, remove, limitMs = readyMs }) {
    this.brokers = addressesOf(state.nodes);
    this.dir = folder;
    this.version = state.version;
    this.#installation = installation;
    this.#state = state;
    this.#remove = remove;
    this.#limitMs = limitMs;
  }

  /** The numbers of all brokers, running or not. @returns {number[]} */
  get ids() {
    return this.#state.nodes.map(({ id }) => id);
  }

  /**
   * The process of a broker; undefined while it is down.
   * @param {number} id
   * @returns {number | undefined}
   */
  pid(id) {
    const found = findProcess(this.dir, this.#node(id).id);
    return found?.alive === true ? found.pid : undefined;
  }

  /**
   * What a broker has logged, warnings and errors only.
   * @param {number} id
   */
  log(id) {
    return readFileSync(filesOf(this.dir, this.#node(id).id).log, 'utf8');
  }

  /**
   * SIGKILL. Resolves when the broker is gone.
   * @param {number} id
   */
  async kill(id) {
    await endNodes(this.dir, [this.#running(id)], 0);
  }

  /**
   * SIGTERM, and SIGKILL after `graceMs`. Resolves when the broker is gone.
   * @param {number} id
   * @param {{ graceMs?: number }} [options]
   */
  async stop(id, { graceMs = stopMs } = {}) {
    await endNodes(this.dir, [this.#running(id)], graceMs);
  }

  /**
   * Starts brokers that are down, on their data, and resolves when they answer. Of three, two must be up to do so: start them together.
   * @param {...number} ids
   */
  async start(...ids) {
    const nodes = ids.map((id) => this.#node(id));
    const down = nodes.filter(({ id }) => this.pid(id) === undefined);
    await checkPorts(down);
    for (const { id } of down) spawnNode(this.#installation, { folder: this.dir, id, heap: this.#state.heap });
    await waitUntilReady(this.dir, nodes, { brokers: 1, limitMs: this.#limitMs });
  }

  /**
   * SIGSTOP: connections stay open and nothing answers, until `resume`.
   * @param {number} id
   */
  pause(id) {
    signalNode(this.dir, this.#running(id), 'SIGSTOP');
  }

  /**
   * SIGCONT.
   * @param {number} id
   */
  resume(id) {
    signalNode(this.dir, this.#running(id), 'SIGCONT');
  }

  /**
   * Ends all brokers: at once, or politely if they get `graceMs` for it. A temporary folder is removed.
   * @param {{ graceMs?: number }} [options]
   */
  async down({ graceMs = 0 } = {}) {
    await endNodes(this.dir, livingNodes(this.dir), graceMs);
    if (this.#remove) rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    this.#state.release();
  }

  #node(id) {
    const node = this.#state.nodes.find((one) => one.id === id);
    if (node !== undefined) return node;
    throw new Problem({
      what: `There is no broker ${id}.`,
      why: `The cluster in ${this.dir} has ${this.ids.length === 1 ? 'broker 1 only' : `the brokers ${this.ids.join(', ')}`}.`,
      next: 'name one of them.',
    });
  }

  #running(id) {
    if (this.pid(id) !== undefined) return id;
    throw new Problem({
      what: `Broker ${id} is down.`,
      why: 'Only a running one can be told something.',
      next: `start it: npm run kafka -- start ${id}`,
    });
  }
}
