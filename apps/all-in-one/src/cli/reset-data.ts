import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { usageProblem, type UsageProblem } from './usage-problem.ts';

/** What the hub makes in its data directory. Nothing else is ever deleted: `--data` may name a folder with more in it. */
const ours = ['demo.json', 'pg', 'secrets.json'];

export interface ResetOptions {
  readonly dataDir: string;
  readonly yes: boolean;
  /** Asks a person; absent where nobody can be asked. */
  readonly ask?: (question: string) => Promise<string>;
  /** Deletes the database's folder, unless a running hub uses it. */
  readonly removeDatabase: (folder: string) => Promise<void>;
}

export type ResetResult =
  /** Nothing was there. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'removed'; readonly names: readonly string[] }
  /** The person said no. */
  | { readonly kind: 'declined' }
  | UsageProblem;

/** Throws the data away, if that is really wanted. */
export async function resetData({ dataDir, yes, ask, removeDatabase }: ResetOptions): Promise<ResetResult> {
  const found = await readdir(dataDir).catch((): string[] => []);
  const names = ours.filter((name) => found.includes(name));
  if (names.length === 0) return { kind: 'empty' };
  if (!yes) {
    if (ask === undefined) {
      return usageProblem(
        '--reset would throw the data away, and there is nobody to ask.',
        `It deletes ${names.join(', ')} in ${dataDir}: every message, mapping and token. This is not a terminal.`,
        'npm start -- --reset --yes',
      );
    }
    const answer = await ask(`  Delete ${names.join(', ')} in ${dataDir}: every message, mapping and token? [y/N] `);
    if (!/^\s*y(?:es)?\s*$/i.test(answer)) return { kind: 'declined' };
  }
  // First the one that may refuse.
  if (names.includes('pg')) await removeDatabase(join(dataDir, 'pg'));
  for (const name of names) await rm(join(dataDir, name), { recursive: true, force: true });
  return { kind: 'removed', names };
}

/** A question on a terminal; the end of the input counts as an empty answer. `undefined` where either side is no terminal. */
export function terminalAsk(input: NodeJS.ReadStream, output: NodeJS.WriteStream): ResetOptions['ask'] {
  if (!input.isTTY || !output.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input, output });
    try {
      return await Promise.race([lines.question(question), new Promise<string>((resolve) => lines.once('close', () => resolve('')))]);
    } finally {
      lines.close();
    }
  };
}
