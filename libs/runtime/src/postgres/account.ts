import { execFile } from 'node:child_process';
import { chmod, chown, lchown, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HubError, messageOf } from '@crossdock/kit';

/** The user that Postgres runs as when we are root, which it refuses to be. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);
const isRoot = (): boolean => process.getuid?.() === 0;
const userName = 'postgres';

/** `undefined` unless we are root. Then: whoever owns the data already, else the user `postgres`, made if it is missing. */
export async function accountFor(cluster: string): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp()) ?? (await create());
}

async function lookUp(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', userName]), run('id', ['-g', userName])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function create(): Promise<Account> {
  let cause: unknown;
  try {
    // The group may be there without the user.
    await run('groupadd', ['--system', '--force', userName]);
    await run('useradd', ['--system', '--gid', userName, '--no-create-home', '--shell', '/bin/false', userName]);
  } catch (error) {
    cause = error;
  }
  const account = await lookUp();
  if (account !== undefined) return account;
  throw new HubError(
    'database_unreachable',
    `Postgres could not start: it refuses to run as root, and the user "${userName}" could not be made (${messageOf(cause)}). ` +
      'Start as another user, make that user yourself, or name a database of your own in CROSSDOCK_DATABASE_URL.',
    { cause },
  );
}

/** Makes the folder, private to whoever runs Postgres. Parents that are made on the way can be passed through by all. */
export async function makeDataFolder(folder: string, account: Account | undefined): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (account !== undefined && first !== undefined) {
    for (let made = dirname(folder); made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
  }
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
}

/** Gives a cluster that belongs to root, such as one copied by it, to whoever runs Postgres. */
export async function giveCluster(cluster: string, account: Account): Promise<void> {
  if ((await stat(cluster)).uid === account.uid) return;
  const inside = await readdir(cluster, { recursive: true });
  for (const path of ['.', ...inside]) await lchown(join(cluster, path), account.uid, account.gid);
}

/** Throws, naming the folder, when the user that runs Postgres cannot get to `path`. */
export async function checkReachable(path: string, account: Account): Promise<void> {
  for (const folder of parents(path)) {
    const { mode, uid, gid } = await stat(folder);
    if (mayEnter({ mode, uid, gid }, account)) continue;
    throw new HubError(
      'database_unreachable',
      `Postgres could not start: ${folder} is closed to the user that runs it (you are root, uid ${account.uid} runs it), and ${path} is in there. ` +
        `Move the project out of ${folder}, open the folder with chmod o+x ${folder}, or name a database of your own in CROSSDOCK_DATABASE_URL.`,
    );
  }
}

/** From the root down. */
function parents(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...parents(folder), folder];
}

/** Whether the account may pass through a folder with this mode and owner. */
export function mayEnter(folder: { readonly mode: number; readonly uid: number; readonly gid: number }, account: Account): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
