import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { recordArchive } from './archive.mjs';
import { fetchArtefacts, isFetched, libraryFolder, listJars } from './artefacts.mjs';
import { findJava, findMaven } from './java.mjs';

/**
 * @typedef {{
 *   env?: import('./settings.mjs').Environment, terminal?: import('../terminal.mjs').Terminal | undefined, again?: boolean
 * }} PrepareOptions
 * `terminal` shows what takes long; `again`: make the class data archive anew.
 */

/**
 * Makes sure that a version of Kafka is in the cache, and ready to start quickly. Throws a `Problem` if it cannot be.
 * @param {import('./settings.mjs').Settings} settings
 * @param {PrepareOptions} [options]
 * @returns {Promise<import('./command.mjs').Installation>}
 */
export async function prepareKafka(settings, { env = process.env, terminal, again = false } = {}) {
  const { java, version } = findJava(env);
  if (!isFetched(settings)) {
    const maven = findMaven(env);
    await shown(terminal, `kafka ${settings.version}`, async (step) => {
      await fetchArtefacts(settings, { maven, onProgress: (files) => step?.progress(files) });
      step?.done(`${listJars(settings).length} jars`);
    });
  }
  // Bound to one Java: another one gets an archive of its own.
  const key = createHash('sha256').update(version).digest('hex').slice(0, 8);
  const archive = join(libraryFolder(settings), `classes-${key}.jsa`);
  const installation = { version: settings.version, java, jars: listJars(settings), archive };
  if (again || !(existsSync(archive) || existsSync(`${archive}.none`))) {
    await shown(terminal, 'class archive', async (step) => {
      const megabytes = await recordArchive(installation);
      if (megabytes === undefined) step?.skipped('this Java makes none; starts take longer');
      else step?.done(`${megabytes} MB, for quicker starts`);
    });
  }
  return installation;
}

async function shown(terminal, label, work) {
  const step = terminal?.step(label);
  try {
    await work(step);
  } catch (error) {
    step?.failed();
    throw error;
  }
}
