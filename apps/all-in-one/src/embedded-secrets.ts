import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newToken } from '@crossdock/runtime';

/** What a data directory keeps to itself: whoever can read this file may do everything. */
export interface EmbeddedSecrets {
  readonly secretKeys: string;
  readonly adminToken: string;
}

const OWNER_ONLY = 0o600;
const KEY_BYTES = 32;

/** The directory's secrets, made the first time. */
export async function embeddedSecrets(file: string, environment: string): Promise<EmbeddedSecrets> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as EmbeddedSecrets;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secrets = newSecrets(environment);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  return secrets;
}

/** New ones, which nobody knows yet. */
export function newSecrets(environment: string): EmbeddedSecrets {
  return { secretKeys: `main:${randomBytes(KEY_BYTES).toString('base64')}`, adminToken: newToken(environment).text };
}
