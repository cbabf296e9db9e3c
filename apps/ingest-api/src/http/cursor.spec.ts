import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorOf, nextAfter, pageOfList } from './cursor.ts';
import { HttpError } from './http-error.ts';

const anyKey = (): boolean => true;
const refused = (query: Record<string, unknown>): unknown => {
  try {
    return cursorOf(query);
  } catch (error) {
    return error instanceof HttpError ? [error.status, error.code] : error;
  }
};

describe('cursorOf', () => {
  it('begins with the first 50 where nothing is asked for', () => {
    expect(cursorOf({})).toEqual({ limit: 50 });
    expect(cursorOf({ after: '', limit: '' })).toEqual({ limit: 50 });
    expect(cursorOf({ limit: '200' })).toEqual({ limit: 200 });
  });

  it('goes on behind the key that `next` was made of', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), (key) => {
        expect(cursorOf({ after: nextAfter(key) }, anyKey)).toEqual({ after: key, limit: 50 });
      }),
    );
  });

  it.each([
    [{ limit: '0' }],
    [{ limit: '201' }],
    [{ limit: '-1' }],
    [{ limit: '1e2' }],
    [{ limit: ['1', '2'] }],
    [{ after: 'no id' }],
    [{ after: nextAfter('no id') }],
    [{ after: `${nextAfter('0123456789abcdef01234567')}=` }],
    [{ after: [nextAfter('0123456789abcdef01234567'), ''] }],
  ])('refuses %j', (query) => {
    expect(refused(query)).toEqual([400, 'query_invalid']);
  });
});

describe('pageOfList', () => {
  it('walks a list to its end, each item once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (keys, limit) => {
        const sorted = [...keys].sort();
        const walked: string[] = [];
        for (let after: string | undefined, more = true; more;) {
          const from = after === undefined ? 0 : sorted.indexOf(after) + 1;
          const page = pageOfList('keys', sorted.slice(from, from + limit + 1), { limit }, (key) => key);
          walked.push(...page.keys);
          more = page.next !== null;
          after = page.next === null ? undefined : cursorOf({ after: page.next }, anyKey).after;
        }
        expect(walked).toEqual(sorted);
      }),
    );
  });
});
