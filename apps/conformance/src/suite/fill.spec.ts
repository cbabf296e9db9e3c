import { expect, it } from 'vitest';
import { anId } from './expected.ts';
import { fill, placesIn } from './fill.ts';

const known = new Map<string, unknown>([
  ['id', 'abc'],
  ['shown', { a: [1] }],
  ['count', 3],
]);

it('fills texts wherever they stand', () => {
  expect(fill({ path: '/x/<id>/y/<id>', list: ['<id>', 5, null], '<id>': true }, known)).toEqual({
    path: '/x/abc/y/abc',
    list: ['abc', 5, null],
    abc: true,
  });
});

it('puts the thing itself in the place of a text that is nothing else', () => {
  expect(fill({ body: '<shown>', n: '<count>', text: 'n=<count>' }, known)).toEqual({ body: { a: [1] }, n: 3, text: 'n=3' });
});

it('leaves matchers, and what only looks like a place, alone', () => {
  const value = { id: anId, text: '<Id> <> < id > 1 < 2' };
  expect(fill(value, known)).toEqual(value);
});

it('does not go on without knowing', () => {
  expect(() => fill('<gone>', known)).toThrow('Nothing is known of <gone>.');
  expect(() => fill('/a/<gone>', known)).toThrow('Nothing is known of <gone>.');
});

it('names the places that there are', () => {
  expect(placesIn({ a: '<id>/<count>', b: [{ '<shown>': 1 }], c: anId })).toEqual(['id', 'count', 'shown']);
});
