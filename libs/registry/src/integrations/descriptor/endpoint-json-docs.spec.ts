import { readFileSync } from 'node:fs';
import { isMessageType } from '@crossdock/contracts';
import { expect, it } from 'vitest';
import { regexCompiler } from '../../mappings/compile-regex.ts';
import { descriptorLimits } from './descriptor-limits.ts';
import { readDescriptor } from './read-descriptor.ts';

const docs = readFileSync(new URL('../../../../../docs/endpoint-json.md', import.meta.url), 'utf8');

it('the example of docs/endpoint-json.md is read without a warning', () => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(docs) ?? [];
  const rules = { compileRegex: regexCompiler(), isMessageType, url: 'https://apps.example' };
  expect(readDescriptor(example, rules)).toMatchObject({
    ok: true,
    warnings: [],
    description: {
      name: 'pigeon',
      services: [{ name: 'order_confirmation', required: true, requires: { parameters: [{ secret: true }, { optional: true }] } }],
    },
  });
});

it('docs/endpoint-json.md tells the limits that hold', () => {
  const { maxDepth, maxServices, maxName, maxParameters, maxMessages, maxFilters, maxIdentifiers, maxOptions } = descriptorLimits;
  expect(docs).toContain(`at most ${maxDepth} levels deep`);
  expect(docs).toContain(`| \`services\` | at most ${maxServices} |`);
  expect(docs).toContain(`\`_\`, at most ${maxName} characters`);
  expect(docs).toContain(`at most ${maxParameters}, ${maxMessages}, ${maxFilters}, ${maxIdentifiers} and ${maxOptions} |`);
});
