import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginning,
  finding,
  given,
  invalid,
  messageArchived,
  messageId,
  neverProcessed,
  received,
  resubmitted,
  routed,
  streamed,
  validated,
  withRepeats,
} from '../testing/builders.ts';
import type { MessageEvent } from './events.ts';
import { evolveMessage, unknownMessage, type MessageState } from './message.ts';

const events: { readonly [T in MessageEvent['type']]: Extract<MessageEvent, { readonly type: T }> } = {
  'message.received': received(),
  'message.validated': validated(finding('/order/number')),
  'message.invalid': invalid(finding('/order')),
  'message.routed': routed(),
  'message.never_processed': neverProcessed(),
  'message.archived': messageArchived('ann', 'a test order'),
  'message.resubmitted': resubmitted('6b00000000000000000000ff'),
};
const states: { readonly [S in MessageState['status']]: MessageState } = {
  unknown: unknownMessage,
  received: given(received()),
  validated: given(received(), validated()),
  invalid: given(received(), invalid()),
  routed: given(received(), validated(), routed()),
  never_processed: given(received(), validated(), neverProcessed()),
  archived: given(received(), messageArchived('bob')),
};
const next = (state: MessageState, event: MessageEvent) => ({
  stream: messageId,
  version: state.version + 1,
  at: beginning + 9_000,
  event,
});

function statusAfter(state: MessageState, event: MessageEvent): string {
  try {
    return evolveMessage(state, next(state, event)).status;
  } catch (error) {
    return error instanceof TypeError ? 'throws' : 'dies';
  }
}

describe('the status after each event', () => {
  const columns = Object.keys(events) as MessageEvent['type'][];
  const others = ['validated', 'invalid', 'routed', 'never_processed', 'archived'];
  const table: Readonly<Record<MessageState['status'], readonly string[]>> = {
    //                .received   .validated   .invalid   .routed   .never_processed   .archived   .resubmitted
    unknown: /*     */ ['received', 'throws', 'throws', 'throws', 'throws', 'throws', 'throws'],
    received: /*    */ ['throws', ...others, 'received'],
    validated: /*   */ ['throws', ...others, 'validated'],
    invalid: /*     */ ['throws', ...others, 'invalid'],
    routed: /*      */ ['throws', ...others, 'routed'],
    never_processed: ['throws', ...others, 'never_processed'],
    archived: /*    */ ['throws', ...others, 'archived'],
  };

  it.each(Object.values(states).map((state) => [state.status, state] as const))('of a message that is %s', (status, state) => {
    expect(columns.map((type) => statusAfter(state, events[type]))).toEqual(table[status]);
  });
});

describe('what is known of a message', () => {
  const known = { id: messageId, received: received({ source: 'shop' }), createdAt: beginning };
  const warning = finding('/order/number');
  const checked = [received({ source: 'shop' }), validated(warning)] as const;

  it.each<[string, MessageState, MessageState]>([
    ['that came in', given(received({ source: 'shop' })), { ...known, status: 'received', version: 1 }],
    ['that is valid, with warnings', given(...checked), { ...known, status: 'validated', version: 2, warnings: [warning] }],
    [
      'that is invalid, with the errors',
      given(received({ source: 'shop' }), invalid(finding('/order'))),
      { ...known, status: 'invalid', version: 2, endedAt: beginning + 1000, outcome: invalid(finding('/order')) },
    ],
    [
      'that was routed, with its warnings and where it went',
      given(...checked, routed([{ mapping: 'm', name: 'erp.orders', delivery: 'd' }])),
      {
        ...known,
        status: 'routed',
        version: 3,
        endedAt: beginning + 2000,
        outcome: routed([{ mapping: 'm', name: 'erp.orders', delivery: 'd' }]),
        warnings: [warning],
      },
    ],
    [
      'that nobody wanted, with its warnings and why',
      given(...checked, neverProcessed({ code: 'mapping_disabled', mapping: 'm', name: 'erp.orders' })),
      {
        ...known,
        status: 'never_processed',
        version: 3,
        endedAt: beginning + 2000,
        outcome: neverProcessed({ code: 'mapping_disabled', mapping: 'm', name: 'erp.orders' }),
        warnings: [warning],
      },
    ],
    [
      'that was archived, with who did it and why',
      given(...checked, messageArchived('ann', 'a test order')),
      { ...known, status: 'archived', version: 3, endedAt: beginning + 2000, by: 'ann', reason: 'a test order' },
    ],
    [
      'that was sent again with another payload: as it was decided',
      given(received({ source: 'shop' }), invalid(finding('/order')), resubmitted('6b00000000000000000000ff')),
      { ...known, status: 'invalid', version: 3, endedAt: beginning + 1000, outcome: invalid(finding('/order')) },
    ],
    [
      'that was archived without a word',
      given(received({ source: 'shop' }), messageArchived('ann')),
      { ...known, status: 'archived', version: 2, endedAt: beginning + 1000, by: 'ann', reason: undefined },
    ],
  ])('%s', (_what, state, expected) => {
    expect(state).toEqual(expected);
  });
});

describe('the law of evolving', () => {
  const stories = fc
    .array(fc.constantFrom(...Object.values(events).filter((event) => event.type !== 'message.received')), { maxLength: 8 })
    .map((later) => streamed<MessageEvent>(messageId, [received(), ...later]));
  const fold = (stream: ReturnType<typeof streamed<MessageEvent>>): MessageState => stream.reduce(evolveMessage, unknownMessage);

  it('repeats of what was applied change nothing, wherever they come', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat()), (story, picks) => {
        expect(fold(withRepeats(story, picks))).toEqual(fold(story));
      }),
    );
  });

  it('a repeat gives back the very state', () => {
    const state = given(received(), validated());
    expect(evolveMessage(state, { stream: messageId, version: 1, at: 0, event: received({ message: 'other:type' }) })).toBe(state);
  });

  it('an event that leaves a gap throws', () => {
    fc.assert(
      fc.property(stories, fc.nat(), (story, pick) => {
        const missing = pick % story.length;
        const rest = story.filter((_, index) => index !== missing);
        if (missing === story.length - 1) expect(fold(rest)).toEqual(fold(story.slice(0, -1)));
        else expect(() => fold(rest)).toThrow(`Stream ${messageId}: event ${missing + 2} does not follow ${missing}.`);
      }),
    );
  });
});

it('says which stream begins with what cannot be a beginning, and which begins twice', () => {
  expect(() => given(validated())).toThrow(new TypeError(`message.validated cannot be the first event of message ${messageId}.`));
  expect(() => given(received(), received())).toThrow(
    new TypeError(`message.received can only be the first event of message ${messageId}.`),
  );
});
