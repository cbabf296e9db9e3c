import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPayload } from '@crossdock/contracts';
import { HubError } from '@crossdock/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDemoFile, writeDemoFile, type DemoFile } from './demo-file.ts';
import { demoPushes, pushSamples } from './push-samples.ts';

const demo: DemoFile = {
  store_id: 's',
  token: 't',
  endpoints_url: 'http://127.0.0.1:1',
  endpoint_token: 'e',
  complete: true,
  samples_pushed: false,
};
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-demo-'));
  file = join(folder, 'demo.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('pushSamples', () => {
  it('pushes each once, the first time only', async () => {
    await writeDemoFile(file, demo);
    const pushed: string[] = [];
    const push = (body: string): Promise<void> => Promise.resolve(void pushed.push(body));
    expect(await pushSamples(file, { push, pauseMs: 0 })).toBe(20);
    expect(await pushSamples(file, { push, pauseMs: 0 })).toBe(0);
    expect(pushed).toEqual(demoPushes());
    expect(await readDemoFile(file)).toEqual({ ...demo, samples_pushed: true });
  });

  it('pushes nothing without a demo', async () => {
    expect(await pushSamples(file, { push: () => Promise.reject(new TypeError('never called')) })).toBe(0);
  });

  it('leaves off when it is told to, without waiting for its pause', async () => {
    await writeDemoFile(file, demo);
    const stop = new AbortController();
    const push = (): Promise<void> => Promise.resolve(stop.abort());
    expect(await pushSamples(file, { push, pauseMs: 60_000, stop: stop.signal })).toBe(1);
  });

  it('does not begin again after a push that failed', async () => {
    await writeDemoFile(file, demo);
    const problem = new HubError('database_unreachable', 'gone');
    await expect(pushSamples(file, { push: () => Promise.reject(problem) })).rejects.toBe(problem);
    expect(await pushSamples(file, { push: () => Promise.resolve() })).toBe(0);
  });
});

it('has legal payloads only, and names no store', () => {
  const pushes = demoPushes().map((body) => JSON.parse(body) as { message: string; payload: unknown });
  expect(pushes).toHaveLength(20);
  expect(pushes.flatMap(({ message, payload }) => checkPayload(message, payload).errors)).toEqual([]);
  expect(new Set(pushes.flatMap((push) => Object.keys(push)))).toEqual(new Set(['message', 'payload']));
});

describe("the demo's file", () => {
  it('is for its owner alone, also when it was not before', async () => {
    await writeFile(`${file}.new`, 'left behind', { mode: 0o644 });
    await writeDemoFile(file, demo);
    expect([(await stat(file)).mode & 0o777, JSON.parse(await readFile(file, 'utf8'))]).toEqual([0o600, demo]);
  });

  it.each(['', '{', 'null', '[]', '{"store_id":"s"}', JSON.stringify({ ...demo, token: 7 })])('is refused with %j in it', async (text) => {
    await writeFile(file, text);
    await expect(readDemoFile(file)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`${file} is damaged`) as unknown,
    });
  });
});
