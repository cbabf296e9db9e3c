import type { Case, Chapter } from '../suite/case.ts';
import { anId, matching, type Template } from '../suite/expected.ts';
import { eventually, get, invalid, post, push, step, store } from './steps.ts';

const refusedPayloads: readonly (readonly [what: string, payload: Template])[] = [
  ['an array', []],
  ['a text', '{}'],
  ['a number', 1],
  ['a boolean', true],
  ['null', null],
];

const legal = ['order:new', 'a:b', 'acme.shop_2-x:order:new', `conformance:${'x'.repeat(243)}`, 'a0:0a', 'spree:stock_transfer:poll'];
const illegal = [
  '',
  'order',
  'order:',
  ':new',
  'Order:new',
  'order:New',
  'order: new',
  'order:new\n',
  '1order:new',
  '_order:new',
  'order::new',
  'order:-new',
  'größe:neu',
];
const pollTypes = ['endpoint:poll', 'spree:order:poll', 'conformance:anything:poll'];

const shown = (name: string): string => (name.length > 40 ? `of ${name.length} characters` : JSON.stringify(name));
const pushed = (members: { readonly [member: string]: Template }) => post(`${store}/messages`, members);

export const payloads: Chapter = {
  title: 'Types and payloads',
  about:
    'A type’s name is legal if it matches `^[a-z][a-z0-9_.-]*(:[a-z0-9][a-z0-9_.-]*)+$` and has at most 255 characters. The payload is an object; only types that end in `:poll` may lack it.',
  cases: [
    ...legal.map((name): Case => ({
      name: `The type ${shown(name)} is legal`,
      steps: [step(pushed({ message: name, payload: {} }), { status: 201, body: { message: name, payload: {}, message_id: anId } })],
    })),
    ...illegal.map((name): Case => ({
      name: `The type ${shown(name)} is 422`,
      steps: [step(pushed({ message: name, payload: {} }), invalid('message'))],
    })),
    {
      name: 'A type of 256 characters is 422',
      steps: [step(pushed({ message: `conformance:${'x'.repeat(244)}`, payload: {} }), invalid('message'))],
    },
    { name: 'A push without a type is 422', steps: [step(pushed({ payload: {} }), invalid('message'))] },
    { name: 'A type that is null is 422', steps: [step(pushed({ message: null, payload: {} }), invalid('message'))] },
    { name: 'A type that is a number is 422', steps: [step(pushed({ message: 5, payload: {} }), invalid('message'))] },
    { name: 'A push without a payload is 422', steps: [step(pushed({ message: 'order:new' }), invalid('payload'))] },
    ...refusedPayloads.map(([what, payload]): Case => ({
      name: `A payload that is ${what} is 422`,
      steps: [step(pushed({ message: 'conformance:thing', payload }), invalid('payload'))],
    })),
    ...['order:new', 'stock:change', 'shipment:confirm', 'conformance:thing'].map((message): Case => ({
      name: `\`{}\` is taken as payload of ${message}`,
      steps: [step(pushed({ message, payload: {} }), { status: 201, body: { payload: {} } })],
    })),
    ...pollTypes.map((message): Case => ({
      name: `The type ${message} needs no payload, which is stored as \`{}\``,
      steps: [
        step(pushed({ message }), { status: 201, body: { message } }, { capture: { absent: '/message_id' } }),
        step(get(`${store}/messages/<absent>`), { status: 200, body: { message, payload: {} } }),
        push(message, null, {}, 'empty'),
        step(get(`${store}/messages/<empty>`), { status: 200, body: { message, payload: {} } }),
      ],
    })),
    {
      name: 'The payload of a poll is an object, if it is there',
      steps: [step(pushed({ message: 'endpoint:poll', payload: [] }), invalid('payload'))],
    },
    {
      name: 'A payload that does not fit its type is taken, found invalid, archived, and said why by JSON Pointer',
      steps: [
        push('order:new', { order: [] }),
        eventually(get(`${store}/messages/<id>`), {
          status: 200,
          body: { state: 'invalid', queue_name: 'archived', validation: { errors: [{ pointer: '/order', reason: matching('\\S') }] } },
        }),
      ],
    },
    {
      name: 'Older shapes and fields that nobody knows are valid',
      steps: [
        push('order:update', { order: { actual: { number: 'R1', line_items: [] }, original: {} }, extra: { a: 1 } }),
        eventually(get(`${store}/messages/<id>`), {
          status: 200,
          body: { message: 'order:update', state: matching('^(routed|never_processed)$') },
        }),
      ],
    },
  ],
};
