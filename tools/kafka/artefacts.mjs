import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ended, onLines } from '../prepare/child.mjs';
import { Problem } from '../problem.mjs';

const limitMs = 10 * 60_000;
const pom = fileURLToPath(new URL('kafka.pom.xml', import.meta.url));

/**
 * Where the jars of a version belong. The list of artefacts is part of the name: when it changes, they are fetched again.
 * @param {{ cache: string, version: string }} settings
 */
export function libraryFolder({ cache, version }) {
  const list = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 8);
  return join(cache, `${version}-${list}`);
}

/**
 * @param {{ cache: string, version: string }} settings
 */
export const isFetched = (settings) => existsSync(libraryFolder(settings));

/**
 * The jars of a version, always in the same order: a class data archive is bound to it.
 * @param {{ cache: string, version: string }} settings
 * @returns {string[]}
 */
export function listJars(settings) {
  const folder = libraryFolder(settings);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(folder, file));
}

/**
 * Fetches the jars of a version into the cache, all of them or none. Throws a `Problem` that says why it could not.
 * @param {{ cache: string, version: string }} settings
 * @param {{ maven: string, onProgress?: (files: number) => void }} how
 */
export async function fetchArtefacts(settings, { maven, onProgress = () => undefined }) {
  const folder = libraryFolder(settings);
  const part = `${folder}.part${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    await copyDependencies(settings.version, part, { maven, onProgress });
    renameSync(part, folder);
  } catch (error) {
    // Somebody else may have been quicker, with the same jars.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function copyDependencies(version, folder, { maven, onProgress }) {
  const args = [
    '-B',
    '-f',
    pom,
    `-Dkafka.version=${version}`,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${folder}`,
    '-DincludeScope=runtime',
  ];
  const child = spawn(maven, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  const talk = [];
  let files = 0;
  onLines(child.stdout, (line) => {
    if (/Downloaded from /.test(line)) onProgress((files += 1));
    else if (line.startsWith('[ERROR]')) talk.push(line.slice('[ERROR] '.length));
  });
  onLines(child.stderr, (line) => talk.push(line));
  const { code, signal, error } = await ended(child, limitMs);
  if (error !== undefined) talk.push(error.message);
  if (signal === 'SIGKILL') talk.push(`It was ended after ${limitMs / 60_000} minutes.`);
  if (code !== 0) throw fetchProblem(version, talk);
}

const advice = [
  [
    /Could not find artifact/,
    'There is no such version, or not all of it yet.',
    'KAFKA_VERSION names another one; 4.3.1, 4.2.1, 4.1.2, 4.0.2 and 3.9.2 are known to be complete.',
  ],
  [
    /Could not transfer|[Uu]nknown host|[Cc]onnection|[Nn]etwork|timed out|offline/,
    'The repository of Java artefacts cannot be reached.',
    'check the network (mvn needs its proxy in ~/.m2/settings.xml), then the same command again. Only the first start needs it.',
  ],
  [/No space left/, 'The disk is full.', 'free 200 MB, then the same command again.'],
];

function fetchProblem(version, talk) {
  const text = talk
    .filter((line) => line.trim() !== '')
    .slice(0, 6)
    .join('\n');
  const [, why, next] = advice.find(([pattern]) => pattern.test(text)) ?? [
    undefined,
    'Maven said:',
    `mvn -f ${pom} dependency:copy-dependencies, which says more.`,
  ];
  return new Problem({ what: `Kafka ${version} could not be fetched.`, why: text === '' ? why : `${why}\n${text}`, next });
}
