import { expect, it } from 'vitest';
import { isParameterName, parameterLimits } from './parameter-value.ts';

it.each(['api_key', 'spree.force_quantity', 'mandrill.api-key', 'Größe', 'a'.repeat(255)])('takes %s for a name', (name) => {
  expect(isParameterName(name, parameterLimits)).toBe(true);
});

it.each(['', 'a b', 'a\0', 'a\n', '\ud800', 'a'.repeat(256)])('does not take %j for a name', (name) => {
  expect(isParameterName(name, parameterLimits)).toBe(false);
});
