import { expect, it } from 'vitest';
import { unknownMessage, type MessageState } from '../message/message.ts';
import { finding, given, invalid, messageArchived, neverProcessed, received, routed, validated } from '../testing/builders.ts';
import type { CheckedMessage } from './check-message.ts';
import { decideValidation, type ValidationDecision } from './decide-validation.ts';
import type { PayloadFindings } from './finding.ts';

const nothing: PayloadFindings = { errors: [], warnings: [] };
const error = finding('/order', 'It must be an object.');
const warning = finding('/order/number', 'Without it the order cannot be found again.');

it.each<[string, PayloadFindings, Extract<ValidationDecision, { kind: 'decided' }>['event']]>([
  ['is valid when nothing was found', nothing, validated()],
  ['is valid with warnings, which are kept', { errors: [], warnings: [warning] }, validated(warning)],
  ['is invalid with an error', { errors: [error], warnings: [] }, invalid(error)],
  [
    'is invalid with errors and warnings, and both are kept',
    { errors: [error, error], warnings: [warning] },
    { ...invalid(error, error), warnings: [warning] },
  ],
])('a received message %s', (_what, findings, event) => {
  expect(decideValidation(given(received()), findings)).toEqual({ kind: 'decided', event });
});

it.each<[string, CheckedMessage['errors']]>([
  ['valid', []],
  ['invalid', [error]],
])('says of a message that is %s which schema it was held to', (_what, errors) => {
  const schema = { type: 'order:new', version: 3 };
  const decision = decideValidation(given(received()), { errors, warnings: [], schema });
  const event = errors.length === 0 ? validated() : invalid(error);
  expect(decision).toEqual({ kind: 'decided', event: { ...event, schema } });
});

it('speaks of the message’s own store, root and type', () => {
  const own = { store: '5f00000000000000000000aa', root: '6b00000000000000000000bb', message: 'stock:change' };
  expect(decideValidation(given(received(own)), nothing)).toEqual({ kind: 'decided', event: { ...validated(), ...own } });
});

it.each<[string, MessageState, 'unknown' | 'already_decided']>([
  ['unknown', unknownMessage, 'unknown'],
  ['validated', given(received(), validated()), 'already_decided'],
  ['invalid', given(received(), invalid(error)), 'already_decided'],
  ['routed', given(received(), validated(), routed()), 'already_decided'],
  ['never processed', given(received(), validated(), neverProcessed()), 'already_decided'],
  ['archived by hand', given(received(), messageArchived('ann')), 'already_decided'],
])('a message that is %s is ignored, whatever was found', (_what, state, because) => {
  expect(decideValidation(state, nothing)).toEqual({ kind: 'ignored', because });
  expect(decideValidation(state, { errors: [error], warnings: [] })).toEqual({ kind: 'ignored', because });
});
