import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../prepare/machine.mjs';
import { Problem } from '../problem.mjs';

/**
 * @typedef {Record<string, string | undefined>} Environment
 * @typedef {{ version: string, cache: string, data: string, port: number, heap: string }} Settings
 * `cache` holds what was fetched and is kept between runs, `data` the cluster of the command line; `port` is that of its first broker.
 */

/** The version that is used unless `KAFKA_VERSION` names another. */
export const defaultVersion = '4.3.1';

const variables = {
  KAFKA_VERSION: { pattern: /^\d+\.\d+\.\d+$/, shape: 'a version such as 4.3.1' },
  KAFKA_PORT: { pattern: /^\d{4,5}$/, shape: 'a port between 1024 and 65000' },
  KAFKA_HEAP: { pattern: /^\d+[mg]$/, shape: 'a size such as 256m or 1g' },
};

/**
 * What the environment says, with the defaults where it says nothing.
 * @param {Environment} [env]
 * @returns {Settings}
 */
export function readSettings(env = process.env) {
  const port = Number(read(env, 'KAFKA_PORT', '19092'));
  if (port < 1024 || port > 65_000) throw wrong('KAFKA_PORT', String(port));
  const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return {
    version: read(env, 'KAFKA_VERSION', defaultVersion),
    port,
    heap: read(env, 'KAFKA_HEAP', '256m'),
    cache: resolve(env.KAFKA_CACHE || join(caches, 'crossdock', 'kafka')),
    data: resolve(env.KAFKA_DATA || join(root, '.kafka')),
  };
}

function read(env, name, otherwise) {
  const text = env[name] || otherwise;
  if (!variables[name].pattern.test(text)) throw wrong(name, text);
  return text;
}

function wrong(name, text) {
  const { shape } = variables[name];
  return new Problem({
    what: `${name}="${text}" is not ${shape}.`,
    why: `${name} is read from the environment.`,
    next: `unset ${name}, or give it ${shape}.`,
    exitCode: 2,
  });
}
