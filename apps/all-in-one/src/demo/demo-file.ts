import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { HubError } from '@crossdock/kit';

/** What the data directory keeps about the demo: only the owner may read it, for it holds tokens. */
export interface DemoFile {
  readonly store_id: string;
  readonly token: string;
  readonly endpoints_url: string;
  /** The token that the hub shows to the endpoints. */
  readonly endpoint_token: string;
  /** Whether all mappings and parameters were made. What a user removed later is not made again. */
  readonly complete: boolean;
  readonly samples_pushed: boolean;
}

/** `undefined` where there is none yet. */
export async function readDemoFile(path: string): Promise<DemoFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const value = parse(text);
  if (isDemoFile(value)) return value;
  throw new HubError(
    'config_invalid',
    `${path} is damaged: it does not hold the demo store's id and tokens. Delete it to have another demo store made, or start with --no-demo.`,
  );
}

/** Replaces the file as a whole, so that it is never half written. */
export async function writeDemoFile(path: string, file: DemoFile): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600, flush: true });
  // The mode above counts only for a file that was not there.
  await chmod(draft, 0o600);
  await rename(draft, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isDemoFile(value: unknown): value is DemoFile {
  if (typeof value !== 'object' || value === null) return false;
  const { store_id, token, endpoints_url, endpoint_token, complete, samples_pushed } = value as Partial<Record<keyof DemoFile, unknown>>;
  const texts = [store_id, token, endpoints_url, endpoint_token].every((text) => typeof text === 'string' && text !== '');
  return texts && typeof complete === 'boolean' && typeof samples_pushed === 'boolean';
}
