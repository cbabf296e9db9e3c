import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const OTHERS = /\.(?:spec|d)\.ts$|(?:^|\/)(?:testing|dist|node_modules)\//;

/** The texts of the TypeScript files below a folder of the repository, without specs and what supports them. */
export const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !OTHERS.test(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
