import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '@crossdock/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resetData, type ResetOptions } from './reset-data.ts';

let dataDir: string;
const questions: string[] = [];

beforeEach(async () => {
  questions.length = 0;
  dataDir = await mkdtemp(join(tmpdir(), 'crossdock-reset-'));
  await mkdir(join(dataDir, 'pg', 'cluster'), { recursive: true });
  for (const name of ['secrets.json', 'demo.json', 'somebody-elses.txt']) await writeFile(join(dataDir, name), '{}');
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const answering =
  (answer: string) =>
  (question: string): Promise<string> => {
    questions.push(question);
    return Promise.resolve(answer);
  };
const reset = (options: Partial<ResetOptions>): Promise<unknown> =>
  resetData({ dataDir, yes: false, removeDatabase: (folder) => rm(folder, { recursive: true }), ...options });
const all = ['demo.json', 'pg', 'secrets.json', 'somebody-elses.txt'];

it.each(['y', 'yes', ' Yes '])('deletes what the hub made, and nothing else, after %j', async (answer) => {
  expect(await reset({ ask: answering(answer) })).toEqual({ kind: 'removed', names: ['demo.json', 'pg', 'secrets.json'] });
  expect(await readdir(dataDir)).toEqual(['somebody-elses.txt']);
  expect(questions).toEqual([`  Delete demo.json, pg, secrets.json in ${dataDir}: every message, mapping and token? [y/N] `]);
});

it.each(['', 'n', 'no', 'yesterday', 'sure'])('keeps everything after %j', async (answer) => {
  expect(await reset({ ask: answering(answer) })).toEqual({ kind: 'declined' });
  expect(await readdir(dataDir)).toEqual(all);
});

it('does not ask with --yes', async () => {
  expect(await reset({ yes: true, ask: answering('n') })).toMatchObject({ kind: 'removed' });
  expect(questions).toEqual([]);
});

it('keeps everything where nobody can be asked', async () => {
  expect(await reset({})).toEqual({
    kind: 'problem',
    what: '--reset would throw the data away, and there is nobody to ask.',
    why: `It deletes demo.json, pg, secrets.json in ${dataDir}: every message, mapping and token. This is not a terminal.`,
    next: 'npm start -- --reset --yes',
  });
  expect(await readdir(dataDir)).toEqual(all);
});

it('asks nothing where there is nothing to delete', async () => {
  expect(await reset({ dataDir: join(dataDir, 'nowhere'), ask: answering('y') })).toEqual({ kind: 'empty' });
  expect(questions).toEqual([]);
});

it('deletes nothing of a hub that runs', async () => {
  const inUse = new HubError('data_directory_in_use', 'in use');
  await expect(reset({ yes: true, removeDatabase: () => Promise.reject(inUse) })).rejects.toBe(inUse);
  expect(await readdir(dataDir)).toEqual(all);
});
