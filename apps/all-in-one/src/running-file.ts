import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '@crossdock/core';

/** What other commands need to know of a Crossdock that runs on a data directory. */
export interface RunningFacts {
  readonly pid: number;
  readonly api: string;
  readonly database: string;
}

const NAME = 'running.json';
const OWNER_ONLY = 0o600;

export async function writeRunning(dataDir: string, facts: RunningFacts): Promise<void> {
  await writeFile(join(dataDir, NAME), `${JSON.stringify(facts)}\n`, { mode: OWNER_ONLY });
}

export async function removeRunning(dataDir: string): Promise<void> {
  await rm(join(dataDir, NAME), { force: true });
}

/** The facts, if the process that wrote them is alive. */
export async function readRunning(dataDir: string): Promise<RunningFacts | undefined> {
  const text = await readFile(join(dataDir, NAME), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const facts: unknown = JSON.parse(text);
  if (!isJsonObject(facts)) return undefined;
  const { pid, api, database } = facts;
  if (typeof pid !== 'number' || typeof api !== 'string' || typeof database !== 'string') return undefined;
  return isAlive(pid) ? { pid, api, database } : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
