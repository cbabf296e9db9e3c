import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem } from '../problem.mjs';
import { isFetched } from './artefacts.mjs';
import { readSettings } from './settings.mjs';

const neededJava = 17;
const limitMs = 20_000;
const remedy =
  'install Java 17 or newer and Maven (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk maven).';

/**
 * @typedef {{ java: string, version: string }} Java the program, and all that it says of its version
 * @typedef {{ available: true } | { available: false, reason: string }} Availability `reason` is one sentence with its remedy
 */

/**
 * Can this machine run a broker? It needs Java 17, and Maven for as long as nothing was fetched.
 * @param {import('./settings.mjs').Environment} [env]
 * @returns {Availability}
 */
export function kafkaAvailability(env = process.env) {
  try {
    findJava(env);
    if (!isFetched(readSettings(env))) findMaven(env);
    return { available: true };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { available: false, reason: `${error.message} What now: ${error.next}` };
  }
}

/**
 * Should tests fail, rather than be skipped, on a machine that cannot run a broker?
 * @param {import('./settings.mjs').Environment} [env]
 */
export const isKafkaRequired = (env = process.env) => !['', '0', undefined].includes(env.CROSSDOCK_REQUIRE_KAFKA);

/**
 * The Java of JAVA_HOME, or else of the PATH. Throws a `Problem` if there is none, or only an old one.
 * @param {import('./settings.mjs').Environment} [env]
 * @returns {Java}
 */
export function findJava(env = process.env) {
  const home = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : undefined;
  const java = home ?? onPath('java', env);
  const version = java === undefined ? undefined : askVersion(java);
  if (version === undefined) throw noJava(home);
  const major = majorVersion(version);
  if (major === undefined || major < neededJava) throw oldJava(java, version.split('\n')[0]);
  return { java, version };
}

/** Undefined where it does not run: macOS has a "java" that only says where to get one. */
function askVersion(java) {
  const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8', timeout: limitMs });
  return status === 0 ? stderr.trim() : undefined;
}

/**
 * `openjdk version "17.0.15" 2025-04-15` → 17, `java version "1.8.0_392"` → 8.
 * @param {string} text
 * @returns {number | undefined}
 */
export function majorVersion(text) {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (first === undefined) return undefined;
  return Number(first === '1' ? second : first);
}

/**
 * Maven's program on the PATH. Throws a `Problem` if there is none.
 * @param {import('./settings.mjs').Environment} [env]
 * @returns {string}
 */
export function findMaven(env = process.env) {
  const maven = onPath('mvn', env);
  if (maven !== undefined) return maven;
  throw new Problem({
    what: 'There is no Maven: "mvn" is not on the PATH.',
    why: 'Kafka is fetched with it, once; afterwards it is in the cache.',
    next: remedy,
  });
}

function noJava(home) {
  return new Problem({
    what:
      home === undefined
        ? 'There is no Java: "java" is not on the PATH, or does not run.'
        : `There is no Java at ${home}, where JAVA_HOME points.`,
    why: 'A Kafka broker is a Java program.',
    next: remedy,
  });
}

function oldJava(java, version) {
  return new Problem({
    what: `This Java is too old: ${version}.`,
    why: `Kafka needs Java ${neededJava} or newer; this is ${java}.`,
    next: `${remedy} JAVA_HOME chooses between several.`,
  });
}

function onPath(name, env) {
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((file) => join(folder, file))).find(isProgram);
}

function isProgram(file) {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
