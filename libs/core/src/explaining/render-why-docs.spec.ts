import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderWhyDocs } from './render-why-docs.ts';

const file = new URL('../../../../docs/why.md', import.meta.url);

it('docs/why.md is what the code says (UPDATE_DOCS=1 writes it)', () => {
  const rendered = renderWhyDocs();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, rendered);
  expect(readFileSync(file, 'utf8')).toBe(rendered);
});

it('has an example of every code', () => {
  const table = renderWhyDocs()
    .split('\n')
    .filter((line) => /^\| `[a-z_]+` \| /.test(line));
  expect(table.map((line) => /`([a-z_]+)`/.exec(line)?.[1])).toEqual([
    'sent',
    'filter_failed',
    'path_missing',
    'error',
    'mapping_disabled',
    'duplicate_identifier',
    'loop_guard',
    'type_not_subscribed',
    'not_derivable',
    'mapping_not_made_yet',
    'mapping_deleted_before',
  ]);
});
