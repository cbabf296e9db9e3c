import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../problem.mjs';

/**
 * Below what systems hand out by themselves: there, somebody's outgoing connection could take the port of a broker that is down for a
 * moment, or be connected to itself while it tries to reach that broker.
 */
const first = 20_000;
const last = 31_999;
const tries = 500;
const pollMs = 20;

/**
 * So many free ports on the loopback.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function chooseFreePorts(count) {
  const found = new Set();
  for (let left = tries; left > 0 && found.size < count; left -= 1) {
    const port = first + Math.floor(Math.random() * (last - first + 1));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size === count) return [...found];
  throw new Problem({
    what: `There are no ${count} free ports between ${first} and ${last}.`,
    why: `A broker needs two; ${tries} were tried.`,
    next: 'end programs that listen there, such as brokers of earlier runs (npm run kafka -- status shows those of this folder).',
  });
}

/**
 * Can somebody listen there?
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Waits until the ports of nodes are free: those of a killed process are, a moment after it seems to be gone. Throws a `Problem` if one
 * of them stays taken.
 * @param {readonly import('./properties.mjs').Node[]} nodes
 * @param {{ limitMs?: number }} [options]
 */
export async function checkPorts(nodes, { limitMs = 3000 } = {}) {
  const until = Date.now() + limitMs;
  const all = nodes.flatMap(({ id, port, controllerPort }) => [
    { id, port, wanted: port },
    { id, port, wanted: controllerPort },
  ]);
  for (const { id, port, wanted } of all) {
    while (!(await isFree(wanted))) {
      if (Date.now() > until) throw taken(id, port, wanted);
      await sleep(pollMs);
    }
  }
}

function taken(id, port, wanted) {
  return new Problem({
    what: `Port ${wanted} is taken.`,
    why: `Broker ${id} should listen on 127.0.0.1:${wanted}${wanted === port ? '' : ', as a controller'}, but another program does.`,
    next: `KAFKA_PORT=${port > 60_000 ? 20_000 : port + 1000} npm run kafka -- up, or end that program (lsof -i :${wanted} says which it is).`,
  });
}
