import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findBinaries } from './binaries.ts';
import { dataFolder } from './data-folder.ts';
import { lockDataDir } from './data-lock.ts';
import { clearOrphan } from './postmaster-pid.ts';

const stopTimeoutMs = 5000;

/**
 * Deletes the data directory of an embedded Postgres for good; one that is not there is fine. A server that a killed process
 * left behind is stopped first. Throws `data_directory_in_use` while another process uses it.
 */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const folder = dataFolder(resolve(dataDir));
  if (!existsSync(folder.dataDir)) return;
  const unlock = await lockDataDir(folder.dataDir);
  try {
    if (existsSync(folder.cluster)) await clearOrphan({ cluster: folder.cluster, binaries: await findBinaries(), stopTimeoutMs });
  } catch (error) {
    await unlock();
    throw error;
  }
  await rm(folder.dataDir, { recursive: true, force: true });
}
