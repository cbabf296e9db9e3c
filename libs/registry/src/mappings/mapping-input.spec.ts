import { isErrorCode } from '@crossdock/contracts';
import type { FieldProblem, JsonObject } from '@crossdock/core';
import { describe, expect, it } from 'vitest';
import { Problems } from '../input/problems.ts';
import { testRules } from '../testing/rules.ts';
import { readMapping, type ReadMapping } from './mapping-input.ts';
import { defaultOptions } from './mapping-limits.ts';

function read(input: JsonObject, before?: ReadMapping): { mapping: ReadMapping; problems: readonly FieldProblem[] } {
  const problems = new Problems('mapping_invalid');
  return { mapping: readMapping(input, before, testRules, problems), problems: problems.found };
}

const minimal = { name: 'mandrill.order', url: 'https://example.com/order', messages: ['order:new'] };
const saved = (input: JsonObject): ReadMapping => {
  const { mapping, problems } = read(input);
  expect(problems).toEqual([]);
  return mapping;
};
const told = (input: JsonObject, before?: ReadMapping): unknown => read(input, before).problems.map(({ pointer, code }) => [pointer, code]);
const withMember = (member: JsonObject): unknown => told({ ...minimal, ...member });

describe('readMapping', () => {
  it('fills in defaults', () => {
    expect(saved(minimal)).toEqual({
      definition: {
        ...minimal,
        enabled: true,
        paused: false,
        filters: [],
        identifiers: {},
        parameters: [],
        options: defaultOptions,
        required: false,
        usage: '',
      },
      token: undefined,
    });
  });

  it('keeps all that is given', () => {
    const given = {
      ...minimal,
      enabled: false,
      paused: true,
      filters: [
        { path: 'payload.order.status', operator: 'eq', value: 'complete', match_rule: 'any' },
        { path: 'payload.order.totals.*', operator: 'gt', value: 0, match_rule: 'all' },
        { path: 'payload.order.email', operator: 'present', match_rule: 'all' },
      ],
      identifiers: { order: 'payload.order.number' },
      parameters: ['mandrill.api_key', { name: 'templates', value: [{ locale: 'en' }] }],
      options: {
        retries_allowed: false,
        max_attempts: 3,
        backoff: { base_ms: 100, factor: 1.5, cap_ms: 100 },
        timeout: 0.5,
        success: '2xx' as const,
        concurrency: 1,
      },
      required: true,
      usage: 'Sends the confirmation.',
    };
    expect(saved({ ...given, token: 'a token' })).toEqual({ definition: given, token: 'a token' });
  });

  it('takes an answer that is sent back', () => {
    const before = saved({ ...minimal, token: 'a-very-secret-token' });
    const answer = {
      ...before.definition,
      id: 'x',
      store_id: 'y',
      token: '****oken',
      revision: 7,
      created_at: '2026-11-21T00:00:00.000Z',
      updated_at: '2026-11-21T00:00:00.000Z',
    } as unknown as JsonObject;
    expect(read(answer, before)).toEqual({ mapping: before, problems: [] });
  });

  it('tells everything that is wrong at once, each with its place, its code and what now', () => {
    const { problems } = read({
      name: 'Mandrill',
      url: 'ftp://example.com',
      messages: ['order:new', 'Order New', 7],
      filters: [
        { path: '', operator: 'eq', value: 'x' },
        { path: 'payload.id', operator: 'like', value: 'x' },
        { path: 'payload.id', operator: 'match', value: '(?=x)' },
        { path: 'payload.id', operator: 'gt', value: 'many', match_rule: 'some', rule: 'any' },
        'status is complete',
      ],
      identifiers: { order: 'payload..number' },
      parameters: ['api key'],
      options: { timeout: 0, success: '201', backoff: { base_ms: 9_000, cap_ms: 1_000 }, retry: true },
      enabled: 'yes',
      filter: [],
    });
    expect(problems.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/filter', 'mapping_invalid'],
      ['/name', 'mapping_invalid'],
      ['/enabled', 'mapping_invalid'],
      ['/url', 'mapping_url_invalid'],
      ['/messages/1', 'mapping_messages_invalid'],
      ['/messages/2', 'mapping_messages_invalid'],
      ['/filters/3/rule', 'mapping_invalid'],
      ['/filters/0/path', 'filter_path_empty'],
      ['/filters/1/operator', 'filter_operator_unknown'],
      ['/filters/2/value', 'mapping_regex_invalid'],
      ['/filters/3/value', 'filter_value_invalid'],
      ['/filters/3/match_rule', 'filter_value_invalid'],
      ['/filters/4', 'filter_value_invalid'],
      ['/identifiers/order', 'identifier_path_invalid'],
      ['/parameters/0', 'mapping_invalid'],
      ['/options/retry', 'mapping_invalid'],
      ['/options/backoff/cap_ms', 'mapping_options_invalid'],
      ['/options/timeout', 'mapping_options_invalid'],
      ['/options/success', 'mapping_options_invalid'],
    ]);
    expect(problems.filter(({ code }) => !isErrorCode(code))).toEqual([]);
    for (const { reason, hint } of problems)
      expect(
        [reason, hint].every((text) => /^[A-Z"].*[.`]$/.test(text)),
        `${reason} ${hint}`,
      ).toBe(true);
  });

  it('needs a name, a URL and messages', () => {
    expect(read({}).problems.map(({ pointer, reason }) => [pointer, reason])).toEqual([
      ['/name', 'The mapping has no name.'],
      ['/url', 'The mapping has no URL.'],
      ['/messages', 'The mapping does not say which messages it wants.'],
    ]);
  });

  it.each(['a.b', 'mandrill.order_confirmation', 'quickbooks-2.import', 'a.b.c'])('takes the name %s', (name) => {
    expect(withMember({ name })).toEqual([]);
  });

  it.each(['mandrill', 'mandrill.', '.order', 'Mandrill.order', 'a b.c', `a.${'b'.repeat(127)}`, 7, ['a.b']])(
    'does not take the name %j',
    (name) => {
      expect(withMember({ name })).toEqual([['/name', 'mapping_invalid']]);
    },
  );

  it.each([
    '',
    'example.com',
    '/path',
    'ftp://example.com',
    'https://user:pw@example.com',
    'https://exa mple.com',
    `https://example.com/${'x'.repeat(2_048)}`,
    5,
  ])('does not take the URL %j', (url) => {
    expect(withMember({ url })).toEqual([['/url', 'mapping_url_invalid']]);
  });

  it('asks the egress policy about the URL', () => {
    expect(withMember({ url: 'https://private.test/' })).toEqual([['/url', 'mapping_url_blocked']]);
  });

  it('lists a type once, and takes no types at all', () => {
    expect(saved({ ...minimal, messages: ['order:new', 'order:new'] }).definition.messages).toEqual(['order:new']);
    expect(saved({ ...minimal, messages: [] }).definition.messages).toEqual([]);
  });

  it('accepts patterns that keep other engines busy, and explains what it does not accept', () => {
    const match = (value: string) => ({ ...minimal, filters: [{ path: 'payload.id', operator: 'match', value }] });
    expect(told(match('(a+)+$'))).toEqual([]);
    expect(read(match('(a)\\1')).problems.map(({ reason }) => reason)).toEqual([
      'The pattern does not compile: invalid escape sequence: `\\1`',
    ]);
    expect(told(match('a'.repeat(257)))).toEqual([['/filters/0/value', 'mapping_regex_too_long']]);
  });

  it.each<[string, JsonObject, string]>([
    ['max_attempts', { max_attempts: 0 }, '/options/max_attempts'],
    ['whole attempts', { max_attempts: 1.5 }, '/options/max_attempts'],
    ['a time-out beyond ten minutes', { timeout: 601 }, '/options/timeout'],
    ['a time-out in words', { timeout: '30' }, '/options/timeout'],
    ['no concurrency', { concurrency: 0 }, '/options/concurrency'],
    ['a factor below one', { backoff: { factor: 0.5 } }, '/options/backoff/factor'],
    ['a cap beyond seven days', { backoff: { cap_ms: 604_800_001 } }, '/options/backoff/cap_ms'],
    ['a backoff that is none', { backoff: 5 }, '/options/backoff'],
    ['the other dialect', { dialect: 'objects' }, '/options/dialect'],
  ])('refuses %s', (_what, options, pointer) => {
    expect(withMember({ options })).toEqual([[pointer, 'mapping_options_invalid']]);
  });

  it.each(['two\r\nlines', 'ünïcode', ' padded', 'x'.repeat(1_025), 5, '****oken'])('does not take the token %j', (token) => {
    expect(withMember({ token })).toEqual([['/token', 'mapping_invalid']]);
  });

  it('bounds how much a mapping has', () => {
    expect(withMember({ filters: Array.from({ length: 65 }, () => ({ path: 'a', operator: 'present' })) })).toEqual([
      ['/filters', 'filters_invalid'],
    ]);
    expect(withMember({ messages: Array.from({ length: 257 }, () => 'order:new') })).toEqual([['/messages', 'mapping_messages_invalid']]);
    expect(withMember({ parameters: Array.from({ length: 101 }, (_, index) => `p${index}`) })).toEqual([
      ['/parameters', 'mapping_invalid'],
    ]);
    expect(withMember({ parameters: ['a', { name: 'a', value: 1 }] })).toEqual([['/parameters/1', 'mapping_invalid']]);
    expect(withMember({ identifiers: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`i${index}`, 'payload.id'])) })).toEqual([
      ['/identifiers', 'identifiers_invalid'],
    ]);
    expect(withMember({ usage: 'x'.repeat(1_001) })).toEqual([['/usage', 'mapping_invalid']]);
  });
});

describe('readMapping, changing one', () => {
  const before = saved({ ...minimal, token: 'a-very-secret-token', options: { timeout: 30, backoff: { base_ms: 1_000 } } });

  it('keeps what is not given, within the options too', () => {
    expect(read({ options: { backoff: { factor: 3 } } }, before).mapping).toEqual({
      ...before,
      definition: {
        ...before.definition,
        options: { ...before.definition.options, backoff: { base_ms: 1_000, factor: 3, cap_ms: 3_600_000 } },
      },
    });
  });

  it('does not judge again what is not given', () => {
    const closed = { ...before, definition: { ...before.definition, url: 'https://private.test/' } };
    expect(read({ enabled: false }, closed)).toEqual({
      mapping: { ...closed, definition: { ...closed.definition, enabled: false } },
      problems: [],
    });
  });

  it('keeps, changes and removes the token', () => {
    const token = (given: JsonObject): string | undefined => read(given, before).mapping.token;
    expect([token({}), token({ token: '****oken' }), token({ token: 'new' }), token({ token: null }), token({ token: '' })]).toEqual([
      'a-very-secret-token',
      'a-very-secret-token',
      'new',
      undefined,
      undefined,
    ]);
    expect(told({ token: '****1234' }, before)).toEqual([['/token', 'mapping_invalid']]);
  });
});
