import type { Finding } from '@crossdock/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { catalogue, type ErrorCode } from './catalogue.ts';
import { legacyError } from './legacy-error.ts';
import { problem } from './problem.ts';

const finding = (pointer: string, reason = 'It is not what is needed.'): Finding => ({ pointer, code: 'filter_value_invalid', reason });

it('makes a whole problem document', () => {
  expect(
    problem('filter_value_invalid', {
      where: 'Filter 2 of mapping "warehouse.add"',
      detail: 'gt needs a number, "abc" is none.',
      errors: [finding('/filters/1/value')],
      instance: '/api/stores/51af1dc5fe53543f1200f500/mappings',
      retryAfter: 3,
      requestId: 'r1',
    }),
  ).toEqual({
    type: '/api/docs/errors#filter_value_invalid',
    title: catalogue.filter_value_invalid.title,
    status: 422,
    detail: 'gt needs a number, "abc" is none.',
    instance: '/api/stores/51af1dc5fe53543f1200f500/mappings',
    code: 'filter_value_invalid',
    where: 'Filter 2 of mapping "warehouse.add"',
    hint: catalogue.filter_value_invalid.hint,
    errors: [{ pointer: '#/filters/1/value', detail: 'It is not what is needed.', code: 'filter_value_invalid' }],
    retry_after: 3,
    request_id: 'r1',
  });
});

it('leaves out what the occurrence does not say', () => {
  expect(problem('overloaded', { detail: '512 requests are waiting.', errors: [] })).toEqual({
    type: '/api/docs/errors#overloaded',
    title: catalogue.overloaded.title,
    status: 503,
    detail: '512 requests are waiting.',
    code: 'overloaded',
    hint: catalogue.overloaded.hint,
  });
});

it('writes pointers as URI fragments', () => {
  const { errors } = problem('payload_invalid', { detail: 'Two findings.', errors: [finding(''), finding('/a b/~1ü#/\ud800')] });
  expect(errors?.map(({ pointer }) => pointer)).toEqual(['#', '#/a%20b/~1%C3%BC%23/%EF%BF%BD']);
});

it('keeps the shape and the exact texts of the original', () => {
  expect(legacyError('token_invalid', 'The token ends in …3f.')).toEqual({
    error: 'Token is invalid.',
    code: 'token_invalid',
    hint: catalogue.token_invalid.hint,
  });
  expect(legacyError('store_not_found', 'No store 1.').error).toBe('Store not found.');
  expect(
    legacyError('mapping_invalid', 'Mapping could not be saved.', [
      finding('/filters/0/value', 'One.'),
      finding('', 'All.'),
      finding('/filters/0/value', 'Two.'),
    ]),
  ).toEqual({
    error: 'Mapping could not be saved.',
    errors: { 'filters.0.value': ['One.', 'Two.'], base: ['All.'] },
    code: 'mapping_invalid',
    hint: catalogue.mapping_invalid.hint,
  });
});

it('is not deceived by fields named after the prototype', () => {
  const { errors } = legacyError('payload_invalid', 'Two findings.', [finding('/__proto__'), finding('/constructor')]);
  expect(Object.entries(errors ?? {})).toEqual([
    ['__proto__', ['It is not what is needed.']],
    ['constructor', ['It is not what is needed.']],
  ]);
});

it('stays bounded, and can be sent, whatever strangers wrote', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 5_000 });
  const code = fc.constantFrom(...(Object.keys(catalogue) as ErrorCode[]));
  const findings = fc.array(fc.record({ pointer: fc.string({ unit: 'binary' }), code: fc.constant('x_y'), reason: anyText }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(code, anyText, findings, (each, text, errors) => {
      const document = problem(each, { where: text, detail: text, instance: text, errors });
      const legacy = legacyError(each, text, errors);
      for (const body of [document, legacy]) {
        const sent = JSON.stringify(body);
        expect(sent.length).toBeLessThan(1_000_000);
        expect(new TextDecoder().decode(new TextEncoder().encode(sent))).toBe(sent);
      }
      expect(document.detail.length).toBeLessThanOrEqual(2_000);
      expect(document.errors?.length ?? 0).toBeLessThanOrEqual(50);
    }),
    { numRuns: 50 },
  );
});
