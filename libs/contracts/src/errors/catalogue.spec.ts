import { STATUS_CODES } from 'node:http';
import { expect, it } from 'vitest';
import { sourcesIn } from '../../../../tools/testing/sources.ts';
import { attemptErrorCode } from './attempt-error-code.ts';
import { catalogue, catalogueGroups, isErrorCode } from './catalogue.ts';

const listed = Object.entries(catalogue);
const banned = /something went wrong|invalid input|oops|please try again later/i;

it.each(listed)('%s says what, why and what now, in sentences', (_code, { title, why, hint }) => {
  expect(title).toMatch(/^[A-Z].{8,78}[^.]$/);
  expect(why).toMatch(/^[A-Z].{15,}\.$/);
  expect(hint).toMatch(/^[A-Z].{10,}\.$/);
  expect([title, why, hint].filter((text) => banned.test(text))).toEqual([]);
});

it.each(listed)('%s has a legal status that is an error', (code, { status }) => {
  expect(code).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  expect([status >= 400, STATUS_CODES[status] !== undefined]).toEqual([true, true]);
});

it('says of what is overloaded, locked or not there yet that it may be tried again', () => {
  const again = listed.filter(([, { status }]) => [408, 429, 503, 504, 507].includes(status));
  expect(again.length).toBeGreaterThan(10);
  expect(again.filter(([, { retriable }]) => !retriable)).toEqual([]);
});

it('has each code in exactly one group of the documentation', () => {
  const grouped = catalogueGroups.flatMap(({ entries }) => Object.keys(entries));
  expect(grouped.toSorted()).toEqual(Object.keys(catalogue).toSorted());
});

it('keeps the exact texts of the original', () => {
  expect(listed.filter(([, { legacy }]) => legacy !== undefined).map(([code, { status, legacy }]) => [code, status, legacy])).toEqual([
    ['token_missing', 401, 'Token is invalid.'],
    ['token_invalid', 401, 'Token is invalid.'],
    ['store_not_found', 404, 'Store not found.'],
  ]);
});

it('knows its own codes and nothing of the prototype', () => {
  expect(['body_not_json', 'nonsense', 'constructor', '__proto__', 'toString'].map(isErrorCode)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it('has an entry for the error class of an attempt', () => {
  expect(catalogue[attemptErrorCode('http_5xx')].title).toBe('The endpoint failed');
});

it('holds every code that is thrown anywhere', () => {
  const sources = ['libs', 'apps'].flatMap(sourcesIn);
  const thrown = sources.flatMap((text) => [...text.matchAll(/new HubError\(\s*'([^']+)'/g)].map((match) => match[1] ?? ''));
  expect(sources.length).toBeGreaterThan(20);
  expect(thrown.filter((code) => !isErrorCode(code))).toEqual([]);
});
