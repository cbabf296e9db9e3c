import { describe, expect, it } from 'vitest';
import {
  absent,
  all,
  anId,
  anInteger,
  anything,
  ascending,
  aString,
  aTime,
  atLeast,
  each,
  either,
  holding,
  lacking,
  matching,
  not,
  only,
  orNull,
  type Expected,
} from './expected.ts';
import { inWords, mismatches } from './mismatches.ts';

const id = '52a9f1d2c3b4a59687fedcba';

describe('what is as expected', () => {
  it.each<[string, Expected, unknown]>([
    ['a text', 'a', 'a'],
    ['null', null, null],
    ['an object with further members', { a: 1 }, { a: 1, b: 2 }],
    ['an array, element by element', [1, { a: 2 }], [1, { a: 2, b: 3 }]],
    ['anything', anything, null],
    ['what must not be there', { a: absent }, {}],
    ['a text of any kind', aString, ''],
    ['a whole number', anInteger, -3],
    ['an id', anId, id],
    ['a time', aTime, '2026-11-21T18:14:02.123Z'],
    ['a time without a fraction', aTime, '2026-11-21T18:14:02Z'],
    ['one of several', either('a', 5), 5],
    ['what may be null', orNull(anId), null],
    ['just these members', only({ a: 1 }), { a: 1 }],
    ['elements that are all alike', each({ a: anInteger }, 2), [{ a: 1 }, { a: 2 }]],
    ['no elements at all', each({ a: 1 }), []],
    ['an array that holds it somewhere', holding({ a: 1 }, { a: 2 }), [{ a: 2 }, { a: 3 }, { a: 1 }]],
    ['an array that does not hold it', lacking({ a: 1 }), [{ a: 2 }]],
    ['names in order', ascending, ['a', 'b', 'b:c']],
    ['a number that is large enough', atLeast(2), 2],
    ['all of it', all(holding('a'), ascending), ['a', 'b']],
    ['something else', not('a'), 'b'],
  ])('%s', (_what, expected, actual) => {
    expect(mismatches(expected, actual, 'body')).toEqual([]);
  });
});

describe('what is not', () => {
  it.each<[string, Expected, unknown, string]>([
    ['another text', 'a', 'b', 'body: expected "a", came "b"'],
    ['a number as text', 1, '1', 'body: expected 1, came "1"'],
    ['an absent member', { a: { b: 1 } }, { a: {} }, 'body.a.b: expected 1, came nothing'],
    ['an inherited member', { toString: anything }, {}, 'body.toString: expected anything, came nothing'],
    ['no object', { a: 1 }, [1], 'body: expected an object, came [1]'],
    ['no array', [], {}, 'body: expected an array, came {}'],
    ['an element too many', [1], [1, 2], 'body: expected 1 elements, came 2: [1,2]'],
    ['another element', [1, 2], [1, 3], 'body.1: expected 2, came 3'],
    ['null where something is needed', anything, undefined, 'body: expected anything, came nothing'],
    ['what must not be there', { a: absent }, { a: null }, 'body.a: expected nothing, came null'],
    ['no text', aString, 5, 'body: expected a string, came 5'],
    ['no whole number', anInteger, 1.5, 'body: expected an integer, came 1.5'],
    ['an id in capitals', anId, id.toUpperCase(), `body: expected an id of 24 hex digits, came "${id.toUpperCase()}"`],
    [
      'a time that is not UTC',
      aTime,
      '2026-11-21T18:14:02+01:00',
      'body: expected a time in ISO 8601, UTC, came "2026-11-21T18:14:02+01:00"',
    ],
    ['a number where a text is searched', matching('5'), 5, 'body: expected a text that matches /5/, came 5'],
    ['none of several', either('a', 5), 'b', 'body: expected "a" or 5, came "b"'],
    ['a member too many', only({ a: 1 }), { a: 1, b: 2, c: 3 }, 'body: did not expect the members b, c'],
    ['one element that is not like the others', each({ a: anInteger }), [{ a: 1 }, { a: 'x' }], 'body.1.a: expected an integer, came "x"'],
    ['too few elements', each({ a: 1 }, 2), [{ a: 1 }], 'body: expected 2 elements at least, came 1'],
    [
      'an array that lacks it',
      holding({ a: anId }),
      [{ a: 1 }],
      'body: expected an array with something like {"a":"‹an id of 24 hex digits›"}, came [{"a":1}]',
    ],
    ['an array that holds it', lacking('a'), ['b', 'a'], 'body: expected an array without "a", came ["b","a"]'],
    ['names twice', ascending, ['a', 'a'], 'body: expected an array in ascending order, came ["a","a"]'],
    ['a number that is too small', atLeast(2), 1, 'body: expected 2 or more, came 1'],
    ['half of it', all(holding('b'), ascending), ['b', 'a'], 'body: expected an array in ascending order, came ["b","a"]'],
    ['the very thing', not('a'), 'a', 'body: expected anything but "a", came "a"'],
  ])('%s', (_what, expected, actual, told) => {
    expect(mismatches(expected, actual, 'body')).toEqual([told]);
  });
});

it('tells everything that is wrong', () => {
  expect(mismatches({ a: 1, b: [2, anId], c: 3 }, { a: 0, b: [2, 'x'], c: 3 }, 'body')).toHaveLength(2);
});

it('keeps to a line, however long what came is', () => {
  const [told = ''] = mismatches('a', 'b'.repeat(10_000), 'body');
  expect(told.length).toBeLessThan(200);
});

it('says in words what it expects', () => {
  expect([only({ a: 1 }), each(anId), orNull(aString), anything, absent].map(inWords)).toEqual([
    'an object with a and nothing else',
    'an array of an id of 24 hex digits',
    'a string or null',
    'anything',
    'nothing',
  ]);
});
