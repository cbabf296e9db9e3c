import { expect, it } from 'vitest';
import { prefersText } from './accept.ts';

it.each<[accept: string | undefined, text: boolean]>([
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['text/plain', true],
  ['Text/Plain; charset=utf-8', true],
  ['text/*', true],
  ['text/plain, application/json', false],
  ['application/json;q=0.5, text/plain', true],
  ['text/plain;q=0.5, application/json;q=0.9', false],
  ['text/html, application/xhtml+xml, */*;q=0.8', false],
  ['text/plain;q=0', false],
  ['text/plain;q=x', false],
])('Accept: %s', (accept, text) => {
  expect(prefersText(accept)).toBe(text);
});
