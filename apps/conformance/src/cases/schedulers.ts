import type { Case, Chapter } from '../suite/case.ts';
import { aTime, anId, holding, lacking, orNull, someText, type Expected, type Template } from '../suite/expected.ts';
import { del, get, invalid, nothing, post, put, refused, refuseToMake, removed, step, store, unknown } from './steps.ts';

const base = `${store}/schedulers`;
const one = `${base}/<scheduler>`;
const key = 'conformance.<suffix>:poll';
const members = { key, count: 10, interval: 'minutes' };

const make = (given: { readonly [member: string]: Template }, shown: { readonly [member: string]: Expected } = given) =>
  step(post(base, given), { status: 201, body: { id: anId, ...shown } }, { capture: { scheduler: '/id' }, undo: del(one) });

const wrong: readonly (readonly [what: string, given: { readonly [member: string]: Template }, field: string])[] = [
  ['without a type', { count: 10, interval: 'minutes' }, 'key'],
  ['of what is no type', { ...members, key: 'poll' }, 'key'],
  ['that has no count', { key, interval: 'minutes' }, 'count'],
  ['whose count is 0', { ...members, count: 0 }, 'count'],
  ['whose count is no whole number', { ...members, count: 1.5 }, 'count'],
  ['that has no interval', { key, count: 10 }, 'interval'],
  ['of an unknown interval', { ...members, interval: 'moments' }, 'interval'],
  ['whose cron expression is none', { key, cron: 'now and then' }, 'cron'],
];

export const schedulers: Chapter = {
  title: 'Schedulers',
  about:
    '`GET`, `POST /api/stores/:store_id/schedulers`, `GET`, `PUT`, `DELETE …/:id`: `{key, count, interval}`, such as 10 `minutes`, or a cron expression.',
  cases: [
    {
      name: 'A schedule is made, 201, and shown',
      steps: [
        make(members),
        step(get(one), { status: 200, body: { id: '<scheduler>', ...members } }),
        step(get(base), { status: 200, body: holding({ id: '<scheduler>', ...members }) }),
      ],
    },
    { name: 'A schedule may be wrapped in `scheduler`', steps: [make({ scheduler: members }, members)] },
    ...['minutes', 'hours', 'days', 'weeks'].map((interval): Case => ({
      name: `The interval may be ${interval}`,
      steps: [make({ ...members, count: 1, interval })],
    })),
    { name: 'A cron expression is as good', steps: [make({ key, cron: '*/10 8-18 * * 1-5' })] },
    {
      name: 'A schedule says when it comes round next',
      steps: [make(members, { ...members, next_at: orNull(aTime) })],
    },
    {
      name: 'PUT changes what is given and leaves the rest',
      steps: [
        make(members),
        step(put(one, { count: 20 }), { status: 200, body: { ...members, count: 20 } }),
        step(get(one), { status: 200, body: { ...members, count: 20 } }),
      ],
    },
    {
      name: 'DELETE removes it, 200 without content',
      steps: [
        make(members),
        step(del(one), removed),
        step(get(one), unknown),
        step(get(base), { status: 200, body: lacking({ id: '<scheduler>' }) }),
      ],
    },
    ...wrong.map(([what, given, field]): Case => ({
      name: `A schedule ${what} is 422`,
      steps: [refuseToMake(base, given, invalid(field))],
    })),
    {
      name: 'A change that is wrong is 422 and changes nothing',
      steps: [make(members), step(put(one, { interval: 'moments' }), invalid('interval')), step(get(one), { status: 200, body: members })],
    },
    {
      name: 'A body that is no JSON object is 400',
      steps: [step(post(base, []), refused(400)), step(post(base, undefined, { body: { text: '{' } }), refused(400))],
    },
    {
      name: 'An unknown id is 404',
      steps: [get(`${base}/${nothing}`), put(`${base}/${nothing}`, {}), del(`${base}/${nothing}`)].map((request) => step(request, unknown)),
    },
    {
      name: 'A schedule of another store is 404',
      needs: ['admin'],
      steps: [
        step(
          post('/api/stores/<other>/schedulers', members, { from: 'other' }),
          { status: 201 },
          { capture: { scheduler: '/id' }, undo: del('/api/stores/<other>/schedulers/<scheduler>', { from: 'other' }) },
        ),
        ...[get(one), put(one, { count: 6 }), del(one)].map((request) => step(request, unknown)),
      ],
    },
    {
      name: 'A change may be meant for a revision: `If-Match` with another one is 412',
      steps: [
        make(members),
        step(get(one), { status: 200, headers: { etag: someText } }, { capture: { tag: 'header:etag' } }),
        step(put(one, { count: 20 }, { headers: { 'if-match': '<tag>' } }), { status: 200, body: { count: 20 } }),
        step(put(one, { count: 30 }, { headers: { 'if-match': '<tag>' } }), refused(412)),
        step(del(one, { headers: { 'if-match': '<tag>' } }), refused(412)),
      ],
    },
  ],
};
