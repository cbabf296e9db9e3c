import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderProtocolDocs } from './render-protocol-docs.ts';

const file = new URL('../../../docs/protocol.md', import.meta.url);

it('docs/protocol.md is what the table says (UPDATE_DOCS=1 writes it)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, renderProtocolDocs());
  expect(readFileSync(file, 'utf8')).toBe(renderProtocolDocs());
});
