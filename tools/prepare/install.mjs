import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.mjs';
import { ended, onLines } from './child.mjs';
import { isMusl, modules, root } from './machine.mjs';

const limitMs = 20 * 60_000;

/**
 * Installs what the lock file says, unless it is already there.
 * @param {import('../terminal.mjs').Terminal} terminal
 * @param {{ quiet?: boolean }} [options] `quiet`: say nothing when there is nothing to do
 */
export async function install(terminal, { quiet = false } = {}) {
  const step = terminal.step('install');
  const lock = readLock(join(root, 'package-lock.json'));
  const wanted = packagesFor(lock);
  const stampFile = join(modules, '.crossdock-install');
  const stamp = installStamp();
  if (readText(stampFile) === stamp || (sameMachine(readText(stampFile), stamp) && isInstalled(lock))) {
    fs.writeFileSync(stampFile, stamp);
    if (quiet) step.drop();
    else step.done(`${wanted.length} packages, up to date`);
    return;
  }
  try {
    await npmCi(wanted, step);
  } catch (error) {
    step.failed();
    throw error;
  }
  fs.writeFileSync(stampFile, stamp);
  step.done(`${wanted.length} packages`);
}

/** One line for the machine, one for the lock file; both must stay the same for the packages to stay good. */
function installStamp() {
  const lock = fs.readFileSync(join(root, 'package-lock.json'));
  return `${process.platform} ${process.arch} abi ${process.versions.modules}\n${createHash('sha256').update(lock).digest('hex')}\n`;
}

/** No stamp at all is somebody's own `npm ci`: the packages themselves then say whether they are the right ones. */
const sameMachine = (before, now) => before === undefined || before.split('\n')[0] === now.split('\n')[0];

const readLock = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;

const readText = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined);

const fits = (list, ours) =>
  list === undefined || list.includes(ours) || (list.every((item) => item.startsWith('!')) && !list.includes(`!${ours}`));

/** Folders of the packages that belong on this machine; what lies inside a package that does not, does not either. */
function packagesFor(lock) {
  const isForeign = ({ os, cpu, libc }) => !fits(os, process.platform) || !fits(cpu, process.arch) || !fitsLibc(libc);
  const entries = Object.entries(lock).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
  const foreign = entries.filter(([, entry]) => isForeign(entry)).map(([path]) => path);
  return entries.map(([path]) => path).filter((path) => !foreign.some((other) => path === other || path.startsWith(`${other}/`)));
}

const fitsLibc = (libc) => process.platform !== 'linux' || fits(libc, isMusl() ? 'musl' : 'glibc');

/** Is each package of the lock there in its version? npm writes down what it installed when it has finished. */
function isInstalled(lock) {
  const record = join(modules, '.package-lock.json');
  if (!fs.existsSync(record)) return false;
  const there = readLock(record);
  return packagesFor(lock).every((path) => there[path]?.version === lock[path].version && fs.existsSync(join(root, path)));
}

/** npm says nothing of its progress to a pipe: half the bar is what it asks for, the other half what has appeared on disk. */
async function npmCi(wanted, step) {
  let requests = 0;
  const talk = [];
  const args = ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=http'];
  const child = spawnNpm(args);
  const timer = setInterval(() => {
    const asked = Math.min(1, requests / (2 * wanted.length));
    const appeared = wanted.filter((path) => fs.existsSync(join(root, path, 'package.json'))).length;
    step.progress(Math.floor((asked * wanted.length + appeared) / 2), wanted.length);
  }, 250);
  onLines(child.stderr, (line) => {
    if (line.startsWith('npm http')) requests += 1;
    else talk.push(line);
  });
  onLines(child.stdout, (line) => talk.push(line));
  const { code, error } = await ended(child, limitMs);
  clearInterval(timer);
  if (error !== undefined) talk.push(error.message);
  if (code !== 0) throw installProblem(talk);
}

function spawnNpm(args) {
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NX_DAEMON: 'false' } };
  const npm = process.env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(npm)) return spawn(process.execPath, [npm, ...args], options);
  return process.platform === 'win32' ? spawn(`npm ${args.join(' ')}`, { ...options, shell: true }) : spawn('npm', args, options);
}

const installAdvice = [
  [/spawn npm/, 'npm is not on the PATH.', 'install Node from https://nodejs.org; npm comes with it.'],
  [
    /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|network/,
    'The package registry cannot be reached.',
    'check the network (npm ping), then the same command again. Only the first install needs it.',
  ],
  [/EUSAGE|in sync/, 'package.json and package-lock.json disagree.', 'npm install, then commit the changed package-lock.json.'],
  [/ENOSPC/, 'The disk is full.', 'free 1 GB, then the same command again.'],
  [
    /EACCES|EPERM/,
    'npm may not write here.',
    'change the owner of this folder and of the folder "npm config get cache" names, then the same command again.',
  ],
  [/EINTEGRITY/, 'A package in the cache is damaged.', 'npm cache verify, then the same command again.'],
];

function installProblem(talk) {
  const errors = talk.filter((line) => line.startsWith('npm error'));
  const text = (errors.length > 0 ? errors : talk).slice(-12).join('\n');
  const [, why, next] = installAdvice.find(([pattern]) => pattern.test(text)) ?? [undefined, 'npm said:', 'npm ci, which says more.'];
  return new Problem({ what: 'The packages could not be installed.', why: text === '' ? why : `${why}\n${text}`, next });
}
