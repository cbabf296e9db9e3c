import { describe, expect, it } from 'vitest';
import { projectFolders, readManifest } from '../testing/workspace.ts';

const known = {
  type: ['core', 'contract', 'kit', 'adapter', 'runtime', 'app'],
  scope: ['shared', 'ingest', 'validator', 'router', 'delivery', 'notifications', 'all'],
};

describe('the tags of a project', () => {
  it.each(projectFolders)('%s has exactly one known type and one known scope', (folder) => {
    const tags = readManifest(folder).nx?.tags ?? [];
    for (const [kind, names] of Object.entries(known)) {
      const ours = tags.filter((tag) => tag.startsWith(`${kind}:`));
      expect(ours).toHaveLength(1);
      expect(names.map((name) => `${kind}:${name}`)).toContain(ours[0]);
    }
    expect(tags).toHaveLength(2);
  });
});
