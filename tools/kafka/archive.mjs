import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './launch.mjs';
import { endNodes } from './processes.mjs';

const stopMs = 30_000;

/**
 * Makes the class data archive of an installation: what a broker that starts and stops has loaded, as Java can map it into memory.
 * It fits only this Java and these jars in this order; where it does not fit, Java ignores it and merely takes longer.
 * @param {import('./command.mjs').Installation} installation
 * @returns {Promise<number | undefined>} its size in MB; undefined if this Java makes none, which is remembered
 */
export async function recordArchive(installation) {
  const { archive } = installation;
  const part = `${archive}.part${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-kafka-'));
  try {
    await launch(
      // Java cannot use one archive while it makes another.
      { ...installation, archive: part },
      { folder, brokers: 1, guard: 'remove', javaOptions: [`-XX:ArchiveClassesAtExit=${part}`] },
    );
    await endNodes(folder, [1], stopMs);
    if (!existsSync(part)) {
      writeFileSync(`${archive}.none`, '');
      return undefined;
    }
    renameSync(part, archive);
    return Math.round(statSync(archive).size / 1024 ** 2);
  } finally {
    await endNodes(folder, [1], 0);
    rmSync(part, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
