import type { Case, Chapter, Request } from '../suite/case.ts';
import type { Template } from '../suite/expected.ts';
import { delivered, eventually, get, invalid, liveMapping, pausedMapping, push, put, refused, step, store } from './steps.ts';

const broken: Template = { status: 500, body: { error: 'The warehouse is closed.' } };
const message = `${store}/messages/<delivery>`;
const forms = (verb: string): readonly (readonly [form: string, request: Request])[] => [
  ['in the query', put(`${message}?${verb}=true`)],
  ['in the body', put(message, { [verb]: true })],
  ['in the body, as text', put(message, { [verb]: 'true' })],
];

const failing = [
  liveMapping('conformance.verb-<suffix>', ['conformance.<suffix>:verb']),
  push('conformance.<suffix>:verb', { answers: [broken, {}] }),
  ...delivered('failing'),
];
const waiting = [
  pausedMapping('conformance.wait-<suffix>', ['conformance.<suffix>:wait']),
  push('conformance.<suffix>:wait', {}),
  ...delivered('pending'),
];

export const verbs: Chapter = {
  title: 'Verbs',
  about: '`PUT /api/stores/:store_id/messages/:id` with `attempt_now=true` (retry now) or `archive=true` (archive by hand).',
  cases: [
    ...forms('attempt_now').map(([form, request]): Case => ({
      name: `\`attempt_now\` ${form} retries what is failing now`,
      needs: ['endpoint'],
      steps: [
        ...failing,
        step(request, { status: 200, body: { id: '<delivery>' } }),
        eventually(get(message), { status: 200, body: { state: 'completed', attempts: 2 } }),
      ],
    })),
    {
      name: '`attempt_now` retries what is parked',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.park-<suffix>', ['conformance.<suffix>:park'], { options: { retries_allowed: false } }),
        push('conformance.<suffix>:park', { answers: [broken, {}] }),
        ...delivered('parked'),
        step(put(`${message}?attempt_now=true`), { status: 200 }),
        eventually(get(message), { status: 200, body: { state: 'completed', attempts: 2 } }),
      ],
    },
    ...forms('archive').map(([form, request]): Case => ({
      name: `\`archive\` ${form} archives what waits`,
      steps: [
        ...waiting,
        step(request, { status: 200, body: { id: '<delivery>', state: 'archived', queue_name: 'archived' } }),
        step(get(message), { status: 200, body: { state: 'archived', queue_name: 'archived' } }),
      ],
    })),
    {
      name: 'What was archived while failing can be attempted again',
      needs: ['endpoint'],
      steps: [
        ...failing,
        step(put(`${message}?archive=true`), { status: 200, body: { state: 'archived' } }),
        step(put(`${message}?attempt_now=true`), { status: 200 }),
        eventually(get(message), { status: 200, body: { state: 'completed' } }),
      ],
    },
    {
      name: 'A verb upon what is completed is 409, and changes nothing',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.done-<suffix>', ['conformance.<suffix>:done']),
        push('conformance.<suffix>:done', {}),
        ...delivered('completed'),
        step(put(`${message}?attempt_now=true`), refused(409)),
        step(put(`${message}?archive=true`), refused(409)),
        step(get(message), { status: 200, body: { state: 'completed', attempts: 1 } }),
      ],
    },
    { name: 'No verb is 422', steps: [...waiting, step(put(message), invalid())] },
    {
      name: 'A verb that is not true is none',
      steps: [...waiting, step(put(`${message}?attempt_now=false`), invalid())],
    },
    {
      name: 'Both verbs at once are 422',
      steps: [...waiting, step(put(`${message}?attempt_now=true&archive=true`), invalid())],
    },
  ],
};
