import { dirname, join } from 'node:path';
// Not by name: an old Node lacks some of them and would say so before we can say that it is old.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Problem } from '../problem.mjs';

/** The folder of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Where the packages are. */
export const modules = join(root, 'node_modules');

const neededNode = [20, 19];
const neededBytes = 1024 ** 3;
const platforms = ['linux x64', 'linux arm64', 'linux arm', 'linux ia32', 'linux ppc64', 'darwin arm64', 'darwin x64', 'win32 x64'];

/** Throws a `Problem` if this machine cannot run the project. */
export function checkMachine() {
  checkNode(process.versions.node);
  checkFolder();
  if ((process.env.CROSSDOCK_DATABASE_URL ?? '') === '') checkPlatform();
}

function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1])) return;
  throw new Problem({
    what: `Node ${version} is too old.`,
    why: `Crossdock needs Node ${neededNode.join('.')} or newer; this is ${process.execPath}.`,
    next: 'install a newer one from https://nodejs.org, or with a version manager: nvm install 22',
  });
}

function checkPlatform() {
  const platform = `${process.platform} ${process.arch}`;
  if (platforms.includes(platform) && !isMusl()) return;
  throw new Problem({
    what: `There is no embedded Postgres for ${platform}${isMusl() ? ' with musl' : ''}.`,
    why: `It exists for ${platforms.join(', ')} (Linux with glibc).`,
    next: 'run a Postgres 15 or newer and name it: CROSSDOCK_DATABASE_URL=postgres://user:password@host:5432/crossdock npm start',
  });
}

/** Is this a Linux without glibc? */
export const isMusl = () => process.platform === 'linux' && fs.existsSync('/etc/alpine-release');

function checkFolder() {
  try {
    fs.accessSync(root, fs.constants.W_OK);
  } catch {
    throw new Problem({
      what: `${root} cannot be written to.`,
      why: 'Packages, compiled code and the data of the database are kept there.',
      next: 'clone the repository into a folder that belongs to you, or change the owner of this one.',
    });
  }
  const { bavail, bsize } = fs.statfsSync(root);
  if (bavail * bsize < neededBytes) {
    throw new Problem({
      what: `Only ${Math.floor((bavail * bsize) / 1024 ** 2)} MB are free on the disk of ${root}.`,
      why: 'Packages take 0.4 GB, and the database needs room to work: 1 GB in all.',
      next: 'free some space and try again. Old data is in .crossdock (npm start -- --reset throws it away).',
    });
  }
}
