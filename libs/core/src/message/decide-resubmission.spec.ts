import { expect, it } from 'vitest';
import {
  finding,
  given,
  invalid,
  messageArchived,
  messageId,
  neverProcessed,
  received,
  resubmitted,
  routed,
  storeId,
  validated,
} from '../testing/builders.ts';
import { decideResubmission, type Resubmission } from './decide-resubmission.ts';
import { unknownMessage, type MessageState } from './message.ts';

const child = '6b00000000000000000000ff';
const edit: Resubmission = { child, diff: { operations: [{ op: 'replace', path: '/a', value: 1 }], omitted: 0 }, bytes: 7, by: 'api' };
const original = received({
  source: 'shop',
  parent: '6b0000000000000000000007',
  root: '6b0000000000000000000008',
  hops: 3,
  trail: ['m'],
  attributes: { a: 1 },
});

it.each<[string, MessageState]>([
  ['invalid', given(original, invalid(finding('/a')))],
  ['routed', given(original, validated(), routed())],
  ['never processed', given(original, validated(), neverProcessed())],
  ['archived by hand', given(original, messageArchived('ann'))],
  ['sent again already', given(original, invalid(finding('/a')), resubmitted('6b00000000000000000000ee'))],
])('a message that is %s is sent again as a message of its own, where it stands in its lineage', (_what, state) => {
  expect(decideResubmission(state, edit)).toEqual({
    kind: 'decided',
    parent: { type: 'message.resubmitted', store: storeId, root: original.root, message: 'order:new', child, by: 'api' },
    child: {
      ...received({ root: original.root, hops: 3, trail: ['m'], bytes: 7 }),
      origin: 'edit',
      source: 'shop',
      parent: messageId,
      attributes: { edited_from: messageId, diff: [{ op: 'replace', path: '/a', value: 1 }] },
    },
  });
});

it.each<[string, MessageState, object]>([
  ['unknown', unknownMessage, { kind: 'unknown' }],
  ['received', given(original), { kind: 'refused', status: 'received' }],
  ['validated', given(original, validated()), { kind: 'refused', status: 'validated' }],
])('a message that is %s is not', (_what, state, decision) => {
  expect(decideResubmission(state, edit)).toEqual(decision);
});

it('may become of another type and source, with what came along', () => {
  const more = {
    message: 'order:updated',
    source: 'desk',
    attributes: { ticket: '7', edited_from: 'x' },
    diff: { operations: [], omitted: 4 },
  };
  const decision = decideResubmission(given(original, invalid(finding('/a'))), { ...edit, ...more });
  expect(decision.kind === 'decided' ? decision.child : undefined).toMatchObject({
    message: 'order:updated',
    rootMessage: 'order:new',
    source: 'desk',
    attributes: { ticket: '7', edited_from: messageId, diff: [], diff_omitted: 4 },
  });
});
