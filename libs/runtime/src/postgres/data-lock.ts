import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '@crossdock/kit';
import { isRunning, processBirth } from './process-info.ts';

const tries = 3;

/**
 * Makes this process the one that uses the folder, until the answer is called or the process ends. Throws
 * `data_directory_in_use` while another that runs has it. Without this, a second start would take the first one's
 * Postgres for an orphan and stop it.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'owner');
  const ours = `${process.pid} ${(await processBirth(process.pid)) ?? ''}\n`;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (await createWith(file, ours)) return () => rm(file, { force: true });
    const theirs = await readFile(file, 'utf8').catch(() => '');
    const pid = await runningOwner(theirs);
    if (pid !== undefined) {
      throw new HubError(
        'data_directory_in_use',
        `${dataDir} is in use by a hub that runs as process ${pid}. Stop that one, or give this one another folder: npm start -- --data other-folder`,
      );
    }
    await rm(file, { force: true });
  }
  throw new HubError(
    'data_directory_in_use',
    `Several hubs are being started on ${dataDir} at once. Let one of them run and give the others their own --data.`,
  );
}

async function createWith(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The id in the file, if that very process still runs. */
async function runningOwner(text: string): Promise<number | undefined> {
  const match = /^(\d+) (.*)\n$/.exec(text);
  const pid = Number(match?.[1] ?? 0);
  if (!(await isRunning(pid))) return undefined;
  return ((await processBirth(pid)) ?? '') === match?.[2] ? pid : undefined;
}
