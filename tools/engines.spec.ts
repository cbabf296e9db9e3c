import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { satisfies, valid } from 'semver';
import { describe, expect, it } from 'vitest';
import { projectFolders, readManifest, root, type Manifest } from './testing/workspace.ts';

const direct = ['.', ...projectFolders].flatMap((folder) => {
  const { dependencies, devDependencies, optionalDependencies } = readManifest(folder);
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).map(([name, wanted]) => ({
    folder,
    name,
    wanted,
  }));
});
const strangers = direct.filter(({ name }) => !name.startsWith('@crossdock/'));

/** The manifest that Node would find from a project's folder. */
function installed(folder: string, name: string): Manifest & { readonly version: string } {
  const places = createRequire(join(root, folder, 'package.json')).resolve.paths(name) ?? [];
  for (const place of places) {
    try {
      return JSON.parse(readFileSync(join(place, name, 'package.json'), 'utf8')) as ReturnType<typeof installed>;
    } catch {
      // Not here; the next folder upwards may have it.
    }
  }
  throw new Error(`${name} is not installed for ${folder}: npm ci`);
}

describe('direct dependencies', () => {
  it('are there to be checked', () => {
    expect(strangers.length).toBeGreaterThan(20);
  });

  it('are pinned to one exact version, and that version is installed', () => {
    const wrong = strangers.filter(({ folder, name, wanted }) => valid(wanted) !== wanted || installed(folder, name).version !== wanted);
    expect(wrong).toEqual([]);
  });

  it('agree on one version throughout the workspace', () => {
    const versions = new Map<string, Set<string>>();
    for (const { name, wanted } of strangers) versions.set(name, (versions.get(name) ?? new Set()).add(wanted));
    expect([...versions].filter(([, wanted]) => wanted.size > 1)).toEqual([]);
  });

  it('accept the Node that runs, and the oldest one we promise', () => {
    const oldest = '20.19.0';
    expect(readManifest('.').engines).toEqual({ node: '>=20.19' });
    const refusing = strangers.flatMap(({ folder, name }) => {
      const needs = installed(folder, name).engines?.node ?? '*';
      return [process.versions.node, oldest]
        .filter((version) => !satisfies(version, needs))
        .map((version) => `${name} needs Node ${needs}, not ${version}`);
    });
    expect(refusing).toEqual([]);
  });

  it('of our own are whatever is in the workspace', () => {
    expect(direct.filter(({ name, wanted }) => name.startsWith('@crossdock/') && wanted !== '*')).toEqual([]);
  });
});
