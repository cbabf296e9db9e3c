import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderConfigurationDocs } from './render-configuration-docs.ts';
import { settingNames } from './settings.ts';

const file = new URL('../../../docs/configuration.md', import.meta.url);

it('docs/configuration.md is what the code says (UPDATE_DOCS=1 writes it)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, renderConfigurationDocs());
  expect(readFileSync(file, 'utf8')).toBe(renderConfigurationDocs());
});

it('has every setting, once', () => {
  const told = [...renderConfigurationDocs().matchAll(/^\| `(CROSSDOCK_\w+)` \|/gm)].map(([, name = '']) => name);
  expect(told.filter((name) => settingNames.includes(name)).toSorted()).toEqual(settingNames.toSorted());
  expect(new Set(told).size).toBe(told.length);
});
