import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../problem.mjs';
import { ended, onLines } from './child.mjs';
import { modules, root } from './machine.mjs';

const limitMs = 10 * 60_000;

/**
 * Compiles a project and what it needs, unless nothing has changed since the last time.
 * @param {import('../terminal.mjs').Terminal} terminal
 * @param {string} project folder, relative to the root
 * @param {{ quiet?: boolean }} [options] `quiet`: say nothing when there is nothing to do
 */
export async function build(terminal, project, { quiet = false } = {}) {
  const step = terminal.step('build');
  const stampFile = join(modules, '.crossdock-build', project.replaceAll('/', '-'));
  const sources = fingerprint();
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === sources && outputsExist(project)) {
    if (quiet) step.drop();
    else step.done('up to date');
    return;
  }
  const { built, total } = await compile(project, step);
  fs.mkdirSync(dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, sources);
  step.done(`${total} projects, ${built === 0 ? 'none' : built} compiled`);
}

/** Names, sizes and times of all sources: a third of a second less than asking the compiler whether something changed. */
function fingerprint() {
  const hash = createHash('sha256').update(process.versions.node);
  const add = (file) => {
    const { size, mtimeMs } = fs.statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  };
  for (const file of ['package-lock.json', 'tsconfig.base.json']) add(file);
  for (const project of projects()) {
    for (const file of ['package.json', 'tsconfig.json']) if (fs.existsSync(join(root, project, file))) add(`${project}/${file}`);
    const files = fs.readdirSync(join(root, project, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
      if (/(?<!\.spec)\.ts$/.test(file)) add(`${project}/src/${file}`);
    }
  }
  return hash.digest('hex');
}

function projects() {
  return ['libs', 'apps'].flatMap((parent) =>
    fs
      .readdirSync(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((project) => fs.existsSync(join(root, project, 'src')) && fs.existsSync(join(root, project, 'tsconfig.json'))),
  );
}

/** Somebody may have removed a dist folder; then the sources alone do not tell. */
function outputsExist(project) {
  const needed = projects().filter((name) => name.startsWith('libs/') || name === project);
  return needed.every((name) => fs.existsSync(join(root, name, 'dist/index.js')) || !fs.existsSync(join(root, name, 'src/index.ts')));
}

async function compile(project, step) {
  let total = 0;
  let current = 0;
  let built = 0;
  const talk = [];
  const child = spawn(process.execPath, [join(modules, 'typescript/bin/tsc'), '-b', '--verbose', '--pretty', 'false', project], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const read = (line) => {
    if (/^\s+\* /.test(line)) total += 1;
    else if (/Building project '/.test(line)) built += 1;
    else if (/Project '.*' is (?:up|out)/.test(line)) step.progress(current++, total);
    else if (line.trim() !== '' && !/^\[?\d+:\d+|Projects in this build/.test(line)) talk.push(line);
  };
  onLines(child.stdout, read);
  onLines(child.stderr, read);
  const { code } = await ended(child, limitMs);
  if (code === 0) return { built, total };
  step.failed();
  // TS6305 says only that another project failed.
  const causes = talk.filter((line) => !line.includes('TS6305'));
  const more = causes.length > 12 ? `\n… and ${causes.length - 12} more lines` : '';
  throw new Problem({
    what: 'The code does not compile.',
    why: `${causes.slice(0, 12).join('\n')}${more}`,
    next: 'npm run typecheck shows all of it.',
  });
}
