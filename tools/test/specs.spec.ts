import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSpecs, specFiles } from './specs.mjs';

const files = {
  'vitest.config.mjs': `export default { test: { projects: [
    { test: { name: 'unit', globals: true, include: ['*.spec.mjs'] } },
    { test: { name: 'broken', globals: true, include: ['none.mjs', '*.setup.mjs'], globalSetup: ['dead.mjs'] } },
  ] } };`,
  'dead.mjs': `export default () => { throw new Error('the server is dead'); };`,
  'any.setup.mjs': `it('never runs', () => undefined);`,
  'good.spec.mjs': `describe('good', () => { it('passes', () => { console.log('chatter'); }); it.skip('is skipped', () => undefined); it.todo('is to do'); });`,
  'bad.spec.mjs': `
    describe('bad', () => { it('adds (1 + 1)', () => {
      expect(1 + 1).toBe(3);
    }); });`,
  'unloadable.spec.mjs': `throw new Error('cannot be loaded');`,
  'hook.spec.mjs': `
    beforeAll(() => { throw new Error('hook failed'); });
    it('is never reached', () => undefined);`,
};

describe('runSpecs', () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-specs-'));
  beforeAll(() => {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it('counts what passed and was skipped, and tells of each failure where, why and how to run it again', { timeout: 30_000 }, async () => {
    const progress: string[] = [];
    const result = await runSpecs(['unit'], { place, args: [], onProgress: (done, total) => progress.push(`${done}/${total}`) });
    const failures = result.failures
      .map(({ title, place: where, text, command }) => ({ title, where, text: stripVTControlCharacters(text).split('\n')[0], command }))
      .toSorted((a, b) => a.title.localeCompare(b.title));
    expect({ ...result, failures }).toEqual({
      passed: 1,
      failed: 3,
      skipped: 3,
      failures: [
        {
          title: 'bad > adds (1 + 1)',
          where: 'bad.spec.mjs:3',
          text: 'AssertionError: expected 2 to be 3 // Object.is equality',
          command: 'npx vitest run --project unit bad.spec.mjs -t "adds \\\\(1 \\\\+ 1\\\\)"',
        },
        {
          title: 'the file itself',
          where: 'hook.spec.mjs:2',
          text: 'Error: hook failed',
          command: 'npx vitest run --project unit hook.spec.mjs',
        },
        {
          title: 'the file itself',
          where: 'unloadable.spec.mjs:1',
          text: 'Error: cannot be loaded',
          command: 'npx vitest run --project unit unloadable.spec.mjs',
        },
      ],
    });
    expect(progress).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('fails when a global setup does, although no test failed', { timeout: 30_000 }, async () => {
    const result = await runSpecs(['broken'], { place, args: [], onProgress: () => undefined });
    expect(result).toMatchObject({ passed: 0, failed: 1, failures: [{ command: 'npx vitest run --project broken' }] });
    expect(result.failures[0]?.text).toContain('the server is dead');
  });
});

describe('specFiles', () => {
  it('knows the project of a spec by its suffix', () => {
    const ours = (projects: readonly string[]): readonly string[] =>
      specFiles(projects, ['tools/testing/', 'tools/test/specs']).map((file) => file.replaceAll('\\', '/'));
    expect(ours(['unit'])).toEqual(['tools/test/specs.spec.ts']);
    expect(ours(['pg', 'e2e'])).toEqual(['tools/testing/database.pg.spec.ts']);
  });
});
