import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderMessageTypeDocs } from '../payload/render-message-type-docs.ts';
import { renderErrorDocs } from './render-error-docs.ts';

const docs = new URL('../../../../docs/', import.meta.url);

it.each([
  ['errors.md', renderErrorDocs],
  ['message-types.md', renderMessageTypeDocs],
])('docs/%s is what the code says (UPDATE_DOCS=1 writes it)', (name, render) => {
  const file = new URL(name, docs);
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(docs, { recursive: true });
    writeFileSync(file, render());
  }
  expect(readFileSync(file, 'utf8')).toBe(render());
});
