import type { Chapter } from '../suite/case.ts';
import {
  absent,
  anArray,
  anId,
  anInteger,
  anObject,
  anything,
  aString,
  aTime,
  either,
  holding,
  matching,
  orNull,
  someText,
  type Expected,
} from '../suite/expected.ts';
import { archive, delivered, eventually, get, liveMapping, pausedMapping, push, step, store } from './steps.ts';

/** All members that the protocol names, whatever they are. */
const members: Readonly<Record<string, Expected>> = {
  id: anId,
  message: someText,
  state: someText,
  queue_name: matching('^(incoming|accepted|archived)$'),
  source: orNull(aString),
  consumer: orNull(aString),
  is_consumer_remote: either(true, false),
  destination_name: orNull(aString),
  integration_icon_url: orNull(aString),
  parent_id: orNull(anId),
  created_at: aTime,
  attempt_at: orNull(aTime),
  completed_at: orNull(aTime),
  locked_at: orNull(aTime),
  attempts: anInteger,
  last_error: orNull(aString),
  result: anything,
  attributes: anObject,
  payload: anObject,
  children: anArray,
  notifications: anArray,
};

export const messages: Chapter = {
  title: 'A message',
  about:
    '`GET /api/stores/:store_id/messages/:id`: an incoming message, or an accepted one with the incoming one as its parent. States of an accepted message: `pending`, `running`, `completed`, `failing`, `scheduled`, `parked`, `archived`.',
  cases: [
    {
      name: 'An incoming message has all members, and none of a delivery’s',
      steps: [
        push('conformance:thing', { n: 1 }, { source: 'shop' }),
        step(get(`${store}/messages/<id>`), {
          status: 200,
          headers: { 'content-type': matching('^application/json') },
          body: {
            ...members,
            id: '<id>',
            source: 'shop',
            consumer: null,
            is_consumer_remote: false,
            parent_id: null,
            attempts: 0,
            last_error: null,
            payload: { n: 1 },
          },
        }),
      ],
    },
    {
      name: 'An incoming message reads `pending` until it is routed',
      steps: [
        push('conformance:thing', {}),
        step(get(`${store}/messages/<id>`), { status: 200, body: { state: matching('^(pending|never_processed|routed)$') } }),
      ],
    },
    {
      name: 'A delivery that is under way is `running` and says since when',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.slow-<suffix>', ['conformance.<suffix>:slow']),
        push('conformance.<suffix>:slow', { answers: [{ after: 1_500 }] }),
        ...delivered('running'),
        step(get(`${store}/messages/<delivery>`), {
          status: 200,
          body: { state: 'running', queue_name: 'accepted', locked_at: aTime, attempts: 1 },
        }),
        eventually(get(`${store}/messages/<delivery>`), { status: 200, body: { state: 'completed', locked_at: null } }),
      ],
    },
    {
      name: 'A slash or `.json` at the end of the path is ignored',
      steps: [
        push('conformance:thing', {}),
        step(get(`${store}/messages/<id>.json`), { status: 200, body: { id: '<id>' } }),
        step(get(`${store}/messages/<id>/`), { status: 200, body: { id: '<id>' } }),
      ],
    },
    {
      name: 'A message that no mapping matches is archived as `never_processed`',
      steps: [
        push('conformance.<suffix>:unwanted', {}),
        eventually(get(`${store}/messages/<id>`), {
          status: 200,
          body: { state: 'never_processed', queue_name: 'archived', completed_at: aTime, children: [] },
        }),
      ],
    },
    {
      name: 'A message goes to every mapping that matches, as an accepted message with an id of its own',
      steps: [
        pausedMapping('conformance.one-<suffix>', ['conformance.<suffix>:fan'], {}, 'one'),
        pausedMapping('conformance.two-<suffix>', ['conformance.<suffix>:fan'], {}, 'two'),
        pausedMapping(
          'conformance.three-<suffix>',
          ['conformance.<suffix>:fan'],
          { filters: [{ path: 'payload.n', operator: 'gt', value: 5 }] },
          'three',
        ),
        push('conformance.<suffix>:fan', { n: 1 }),
        eventually(
          get(`${store}/messages/<id>`),
          {
            status: 200,
            body: {
              state: 'routed',
              queue_name: 'archived',
              children: [
                { id: anId, message: 'conformance.<suffix>:fan', state: 'pending', location: 'accepted' },
                { id: anId, message: 'conformance.<suffix>:fan', state: 'pending', location: 'accepted' },
              ],
            },
          },
          { first: '/children/0/id', second: '/children/1/id' },
        ),
        step(
          get(`${store}/messages/<first>`),
          {
            status: 200,
            body: {
              ...members,
              id: '<first>',
              parent_id: '<id>',
              state: 'pending',
              queue_name: 'accepted',
              consumer: matching('^conformance\\.(one|two)-'),
              is_consumer_remote: true,
              destination_name: someText,
              attempts: 0,
              payload: { n: 1 },
              children: [],
            },
          },
          { undo: archive('first') },
        ),
        step(get(`${store}/messages/<second>`), { status: 200, body: { parent_id: '<id>' } }, { undo: archive('second') }),
      ],
    },
    {
      name: 'A delivery that the service answers with 200 and the `message_id` is completed, and what else it said is the `result`',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.deliver-<suffix>', ['conformance.<suffix>:deliver']),
        push('conformance.<suffix>:deliver', { answers: [{ body: { summary: 'Added R1.' } }] }),
        ...delivered('completed'),
        step(get(`${store}/messages/<delivery>`), {
          status: 200,
          body: {
            ...members,
            consumer: 'conformance.deliver-<suffix>',
            parent_id: '<id>',
            queue_name: 'archived',
            attempts: 1,
            completed_at: aTime,
            last_error: null,
            result: matching('Added R1'),
          },
        }),
        step(get(`${store}/messages/<id>`), {
          status: 200,
          body: { children: [{ id: '<delivery>', state: 'completed', location: 'archived' }] },
        }),
      ],
    },
    {
      name: 'Messages of an answer become messages, whose parent is the one that was processed',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.answer-<suffix>', ['conformance.<suffix>:ask']),
        push('conformance.<suffix>:ask', { answers: [{ body: { messages: [{ message: 'conformance:made', payload: { n: 7 } }] } }] }),
        ...delivered('completed'),
        step(
          get(`${store}/messages/<delivery>`),
          { status: 200, body: { children: [{ id: anId, message: 'conformance:made' }] } },
          { capture: { made: '/children/0/id' } },
        ),
        step(get(`${store}/messages/<made>`), {
          status: 200,
          body: { parent_id: '<delivery>', message: 'conformance:made', payload: { n: 7 } },
        }),
      ],
    },
    {
      name: 'A delivery that fails is failing, says its `last_error` and when it is tried again',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.fail-<suffix>', ['conformance.<suffix>:fail']),
        push('conformance.<suffix>:fail', { answers: [{ status: 500, body: { error: 'The warehouse is closed.' } }] }),
        ...delivered('failing'),
        step(get(`${store}/messages/<delivery>`), {
          status: 200,
          body: { queue_name: 'accepted', attempts: 1, attempt_at: aTime, completed_at: null, last_error: 'The warehouse is closed.' },
        }),
      ],
    },
    {
      name: 'A delivery that may not be retried is parked at once',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.once-<suffix>', ['conformance.<suffix>:once'], { options: { retries_allowed: false } }),
        push('conformance.<suffix>:once', { answers: [{ status: 503 }] }),
        ...delivered('parked'),
        step(get(`${store}/messages/<delivery>`), { status: 200, body: { queue_name: 'accepted', attempts: 1, last_error: someText } }),
      ],
    },
    {
      name: 'The notifications of a service stand in the message, also those of a failure',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.tell-<suffix>', ['conformance.<suffix>:tell'], { options: { retries_allowed: false } }),
        push('conformance.<suffix>:tell', {
          answers: [{ status: 500, body: { notifications: [{ level: 'warn', subject: 'Low stock', description: 'Two are left.' }] } }],
        }),
        ...delivered('parked'),
        eventually(get(`${store}/messages/<delivery>`), {
          status: 200,
          body: { notifications: holding({ level: 'warn', subject: 'Low stock', description: 'Two are left.', occurrences: 1 }) },
        }),
        step(get(`${store}/messages/<delivery>`), { status: 200, body: { error: absent } }),
      ],
    },
  ],
};
