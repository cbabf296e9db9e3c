import type { Case, Chapter, Request, Step } from '../suite/case.ts';
import { anId, anInteger, anObject, aString, aTime, each, either, holding, matching, orNull, type Expected } from '../suite/expected.ts';
import { delivered, eventually, get, liveMapping, push, refused, step, store } from './steps.ts';

const list = (query = ''): Request => get(`${store}/notifications${query}`);

const notification: Readonly<Record<string, Expected>> = {
  id: anId,
  store_id: '<store>',
  message_id: anId,
  level: either('info', 'warn', 'error'),
  subject: aString,
  description: aString,
  occurrences: anInteger,
  logged_on: aTime,
  last_update: aTime,
  origin: aString,
  reference_type: orNull(aString),
  reference_id: orNull(aString),
  reference_token: orNull(aString),
  attributes: anObject,
};
const listed = (request: Request, ...notifications: readonly Expected[]): Step =>
  eventually(request, { status: 200, body: { notifications } });

const token = 'reference_token=<suffix>';

export const notifications: Chapter = {
  title: 'Notifications',
  about: '`GET /api/stores/:store_id/notifications`; filters `level`, `reference_type`, `reference_token`.',
  given: [
    push(
      'notification:info',
      {
        subject: 'Imported',
        description: 'Seven orders.',
        reference_type: 'import-<suffix>',
        reference_id: '7',
        reference_token: '<suffix>',
      },
      { source: 'till' },
      'info',
    ),
    push('notification:warn', { subject: 'Low stock', reference_type: 'product', reference_token: '<suffix>' }, {}, 'warn'),
    push('notification:error', { subject: '', description: 'No answer.', reference_token: '<suffix>', sku: 'A1' }, {}, 'error'),
  ],
  cases: [
    {
      name: 'The list has all members of a notification',
      steps: [eventually(list(`?${token}`), { status: 200, body: { notifications: each(notification, 3) } })],
    },
    {
      name: 'A `notification:*` message that is pushed is recorded as a notification of its source',
      steps: [
        listed(list(`?${token}&level=info`), {
          message_id: '<info>',
          level: 'info',
          subject: 'Imported',
          description: 'Seven orders.',
          origin: 'till',
          occurrences: 1,
          reference_type: 'import-<suffix>',
          reference_id: '7',
          reference_token: '<suffix>',
        }),
      ],
    },
    {
      name: 'An absent description is the subject, an absent source `push`',
      steps: [
        listed(list(`?${token}&level=warn`), {
          message_id: '<warn>',
          level: 'warn',
          subject: 'Low stock',
          description: 'Low stock',
          origin: 'push',
        }),
      ],
    },
    {
      name: 'The subject may be empty, and other members go to its attributes',
      steps: [
        listed(list(`?${token}&level=error`), { message_id: '<error>', subject: '', description: 'No answer.', attributes: { sku: 'A1' } }),
      ],
    },
    {
      name: 'The list can be filtered by `reference_type`',
      steps: [listed(list('?reference_type=import-<suffix>'), { message_id: '<info>' })],
    },
    {
      name: 'The list can be filtered by `reference_token`',
      steps: [
        listed(list('?reference_token=none-<suffix>')),
        eventually(list(`?${token}`), { status: 200, body: { notifications: each({ reference_token: '<suffix>' }, 3) } }),
      ],
    },
    {
      name: 'The list can be filtered by several',
      steps: [
        listed(list(`?${token}&reference_type=product&level=warn`), { message_id: '<warn>' }),
        listed(list(`?${token}&reference_type=product&level=info`)),
      ],
    },
    { name: 'An unknown level is 400', steps: [step(list('?level=fatal'), refused(400))] },
    {
      name: 'A slash or `.json` at the end is ignored',
      steps: [
        step(list('.json'), { status: 200, body: { notifications: each(notification) } }),
        step(list('/'), { status: 200, body: { notifications: each(notification) } }),
      ],
    },
    {
      name: 'A payload that does not fit its type raises an error notification',
      steps: [
        push('stock:change', { sku: '', quantity: 'many' }),
        eventually(get(`${store}/messages/<id>`), {
          status: 200,
          body: { state: 'invalid', notifications: holding({ ...notification, level: 'error' }) },
        }),
      ],
    },
    ...(['info', 'warn', 'error'] as const).map((level): Case => ({
      name: `A service’s notification of level ${level} is recorded, and pushes one notification:${level} message`,
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.notify-<suffix>', ['conformance.<suffix>:notify']),
        push('conformance.<suffix>:notify', {
          answers: [
            {
              body: {
                notifications: [{ level, subject: 'Said', description: 'By a service.', reference_type: 'order', reference_id: 'R1' }],
              },
            },
          ],
        }),
        ...delivered('completed'),
        eventually(
          get(`${store}/messages/<delivery>`),
          {
            status: 200,
            body: {
              notifications: [
                {
                  ...notification,
                  level,
                  subject: 'Said',
                  description: 'By a service.',
                  origin: 'conformance.notify-<suffix>',
                  reference_type: 'order',
                  reference_id: 'R1',
                  occurrences: 1,
                },
              ],
              children: [{ message: `notification:${level}` }],
            },
          },
          { pushed: '/children/0/id' },
        ),
        step(get(`${store}/messages/<pushed>`), {
          status: 200,
          body: {
            message: `notification:${level}`,
            parent_id: '<delivery>',
            source: 'conformance.notify-<suffix>',
            payload: { subject: 'Said', description: 'By a service.' },
          },
        }),
      ],
    })),
    {
      name: 'An unknown level of a service’s notification counts as info',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.odd-<suffix>', ['conformance.<suffix>:odd']),
        push('conformance.<suffix>:odd', { answers: [{ body: { notifications: [{ level: 'fatal', subject: 'Odd' }] } }] }),
        ...delivered('completed'),
        eventually(get(`${store}/messages/<delivery>`), {
          status: 200,
          body: { notifications: [{ level: 'info', subject: 'Odd', description: matching('^Odd$') }] },
        }),
      ],
    },
  ],
};
