import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectFolders, readManifest, root } from '../testing/workspace.ts';

/** Which rules were broken by which file. */
export type Violations = Readonly<Record<string, readonly string[]>>;

export interface Fixture {
  write(file: string, code: string): void;
  /** What this repository's boundary check finds in the fixture. */
  violations(): Violations;
  /** How it ends on the command line. */
  exitCode(): number | null;
  remove(): void;
}

interface CruiseResult {
  readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] };
}

/** A workspace in the temporary folder with the real rules and manifests, empty projects, and stubs of all packages. */
export function createFixture(): Fixture {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-boundaries-'));
  const write = (file: string, code: string): void => {
    mkdirSync(join(place, dirname(file)), { recursive: true });
    writeFileSync(join(place, file), `${code}\n`);
  };
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.base.json']) cpSync(join(root, file), join(place, file));
  for (const name of packagesInUse()) writeStub(name, write);
  mkdirSync(join(place, 'node_modules/@crossdock'), { recursive: true });
  for (const folder of projectFolders) {
    write(`${folder}/package.json`, JSON.stringify(readManifest(folder)));
    write(`${folder}/src/index.ts`, 'export {};');
    write(`${folder}/src/subject/inside.ts`, 'export const inside = 1;');
    symlinkSync(join(place, folder), join(place, 'node_modules', readManifest(folder).name ?? ''), 'junction');
  }
  for (const entry of ['memory', 'testing']) write(`libs/core/src/${entry}/index.ts`, 'export {};');
  return {
    write,
    violations: () => violationsIn(place),
    exitCode: () => cruise(place, 'err').status,
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

function packagesInUse(): readonly string[] {
  const manifests = ['.', ...projectFolders].map(readManifest);
  const named = manifests.flatMap(({ dependencies, devDependencies }) => Object.keys({ ...dependencies, ...devDependencies }));
  return [...new Set([...named, 'kafkajs', 'left-pad'])].filter((name) => !name.startsWith('@crossdock/'));
}

function writeStub(name: string, write: Fixture['write']): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }));
  write(`node_modules/${name}/index.js`, 'export {};');
}

function cruise(place: string, output: 'json' | 'err'): SpawnSyncReturns<string> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  return spawnSync(process.execPath, [command, '--output-type', output, 'libs', 'apps'], { cwd: place, encoding: 'utf8', timeout: 60_000 });
}

function violationsIn(place: string): Violations {
  const run = cruise(place, 'json');
  if (!run.stdout.startsWith('{')) throw new Error(`The boundary check did not run: ${run.stderr}`);
  const { summary } = JSON.parse(run.stdout) as CruiseResult;
  const violations: Record<string, string[]> = {};
  for (const { from, rule } of summary.violations) (violations[from] ??= []).push(rule.name);
  for (const rules of Object.values(violations)) rules.sort();
  return violations;
}
