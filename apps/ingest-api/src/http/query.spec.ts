import { describe, expect, it } from 'vitest';
import { HttpError } from './http-error.ts';
import { one, readPage, readQuery, type QueryReader, type QueryValues } from './query.ts';

const isLevel = (text: string): text is 'info' | 'warn' => text === 'info' || text === 'warn';
const read = (query: QueryReader): unknown => ({
  text: query.text('text'),
  level: query.like('level', isLevel, '`level` is neither info nor warn.'),
  id: query.id('id'),
  size: query.whole('size', { least: 1, most: 9, otherwise: 5 }),
  since: query.time('since'),
  page: readPage(query),
});
const refused = (query: QueryValues): unknown => {
  try {
    return readQuery(query, read);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return [error.status, error.code, error.detail, error.errors.map(({ pointer }) => pointer)];
  }
};

describe('readQuery', () => {
  it('reads what is there', () => {
    const query = { text: 'a b', level: 'warn', id: '0123456789abcdef01234567', size: '9', since: '2026-11-21T09:30:00Z', page: '2' };
    expect(readQuery(query, read)).toEqual({ ...query, size: 9, since: Date.UTC(2026, 10, 21, 9, 30), page: 2 });
  });

  it('takes what is empty for what is left out', () => {
    const nothing = { text: undefined, level: undefined, id: undefined, size: 5, since: undefined, page: 1 };
    expect(readQuery({}, read)).toEqual(nothing);
    expect(readQuery({ text: '', level: '', id: '', size: '', since: '', page: '' }, read)).toEqual(nothing);
  });

  it.each([
    [{ text: ['a', 'b'] }, '`text` is given more than once.', '/text'],
    [{ text: 'a'.repeat(301) }, '`text` has more than 300 characters.', '/text'],
    [{ text: 'a\0' }, '`text` holds a NUL character.', '/text'],
    [{ level: 'error' }, '`level` is neither info nor warn.', '/level'],
    [{ id: '0123456789ABCDEF01234567' }, '`id` is no id of 24 hex digits.', '/id'],
    [{ size: '0' }, '`size` is no whole number from 1 to 9.', '/size'],
    [{ size: '1.5' }, '`size` is no whole number from 1 to 9.', '/size'],
    [{ since: 'yesterday' }, '`since` is no time such as 2026-11-21T09:30:00Z.', '/since'],
    [{ page: '-1' }, '`page` is no whole number from 1 to 999999.', '/page'],
  ])('refuses %j', (query, detail, pointer) => {
    expect(refused(query)).toEqual([400, 'query_invalid', detail, [pointer]]);
  });

  it('tells everything that is wrong at once', () => {
    const query = { text: ['a', 'b'], level: 'x', id: 'x', size: 'x', since: 'x', page: 'x', another: 'x' };
    const pointers = ['/text', '/level', '/id', '/size', '/since', '/page'];
    expect(refused(query)).toEqual([400, 'query_invalid', '6 things are wrong with the query.', pointers]);
  });
});

it('one parameter can be read alone', () => {
  expect([one({ a: 'b' }, 'a'), one({}, 'a')]).toEqual(['b', undefined]);
});
