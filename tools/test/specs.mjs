import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ended, onLines } from '../prepare/child.mjs';
import { root } from '../prepare/machine.mjs';
import { marker } from './reporter.mjs';

const nothing = { passed: 0, skipped: 0, failures: [] };
const limitMs = 30 * 60_000;
const kinds = ['pg', 'kafka', 'e2e', 'chaos'];

/**
 * @typedef {{ title: string, text: string, command: string, place?: string }} Failure
 * @typedef {{ passed: number, failed: number, skipped: number, failures: Failure[] }} Result
 */

/** Vitest's projects, grouped as they are run: what needs the machine for itself runs alone. */
export const specStages = [['unit', 'pg'], ['kafka'], ['e2e'], ['chaos']];

/**
 * May specs of these projects start a Kafka?
 * @param {readonly string[]} projects
 */
export const needsKafka = (projects) => projects.some((project) => ['kafka', 'e2e', 'chaos'].includes(project));

/**
 * The spec files of some projects whose path contains any of the words; all of them if there are no words.
 * @param {readonly string[]} projects
 * @param {readonly string[]} words
 */
export function specFiles(projects, words) {
  return ['libs', 'apps', 'tools']
    .flatMap((parent) => readdirSync(join(root, parent), { recursive: true, encoding: 'utf8' }).map((file) => join(parent, file)))
    .filter((file) => file.endsWith('.spec.ts') && !/(?:^|[\\/])(?:node_modules|dist)[\\/]/.test(file))
    .filter((file) => projects.includes(kinds.find((kind) => file.endsWith(`.${kind}.spec.ts`)) ?? 'unit'))
    .filter((file) => words.length === 0 || words.some((word) => file.replaceAll('\\', '/').includes(word)));
}

/**
 * Runs Vitest on some of its projects.
 * @param {readonly string[]} projects
 * @param {{ args: readonly string[], onProgress: (done: number, total: number) => void, place?: string }} options
 * @returns {Promise<Result>}
 */
export async function runSpecs(projects, { args, onProgress, place = root }) {
  const reporter = join(root, 'tools/test/reporter.mjs');
  const chosen = projects.flatMap((project) => ['--project', project]);
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...chosen, `--reporter=${reporter}`, '--passWithNoTests', ...args],
    { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = [];
  const told = listen(child, { onProgress, onLog: (line) => log.push(line) });
  const { code, signal } = await ended(child, limitMs);
  const { passed, skipped, failures } = told.result ?? nothing;
  const all = code !== 0 && failures.length === 0 ? [brokenRun(code ?? signal, log)] : failures;
  return { passed, failed: all.length, skipped, failures: all.map((failure) => withCommand(failure, projects)) };
}

/** Parts what our reporter tells from what else is printed. */
function listen(child, { onProgress, onLog }) {
  const told = { result: undefined };
  let done = 0;
  let total = 0;
  onLines(child.stderr, onLog);
  onLines(child.stdout, (line) => {
    const at = line.indexOf(marker);
    if (at < 0) {
      onLog(line);
      return;
    }
    const message = JSON.parse(line.slice(at + 1));
    if (message.kind === 'begin') total = message.files;
    else if (message.kind === 'file') onProgress((done += 1), total);
    else told.result = message;
  });
  return told;
}

/** A run that fails although no test does: a global setup that is dead, a configuration that cannot be read, a time-out. */
const brokenRun = (how, log) => ({ title: `the run itself, which ended with ${how}`, text: log.slice(-20).join('\n') });

function withCommand({ title, text, name, project, file, line }, projects) {
  const chosen = (project === undefined ? projects : [project]).map((one) => `--project ${one}`).join(' ');
  const pattern = name === undefined ? '' : ` -t ${JSON.stringify(name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))}`;
  const place = file === undefined ? undefined : line === undefined ? file : `${file}:${line}`;
  return { title, text, place, command: `npx vitest run ${chosen}${file === undefined ? '' : ` ${file}`}${pattern}` };
}
