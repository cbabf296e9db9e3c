import type { Chapter } from '../suite/case.ts';
import { absent, anId, not } from '../suite/expected.ts';
import { get, post, refused, step, store } from './steps.ts';

const thing = { message: 'conformance:thing', payload: {} };

export const notOffered: Chapter = {
  title: 'Not offered',
  about:
    'What the protocol knows and this hub does not have yet. Each case holds that it is not there at all: a route is 404, a header is not heeded.',
  cases: [
    {
      name: 'Many messages are pushed at once',
      notOffered: 'no route yet: push them one by one',
      steps: [step(post(`${store}/messages/batch`, [thing, thing]), { status: [404, 405] })],
    },
    {
      name: 'A push with an `Idempotency-Key` that was used is the same message again',
      notOffered: 'the header is not heeded yet: use identifiers to tell duplicates',
      steps: [
        step(
          post(`${store}/messages`, thing, { headers: { 'idempotency-key': 'key-<suffix>' } }),
          { status: 201, body: { message_id: anId } },
          { capture: { first: '/message_id' } },
        ),
        step(post(`${store}/messages`, thing, { headers: { 'idempotency-key': 'key-<suffix>' } }), {
          status: 201,
          headers: { 'idempotency-replayed': absent },
          body: { message_id: not('<first>') },
        }),
      ],
    },
    {
      name: 'A store that pushes too much is told so with 429 and `Retry-After`',
      notOffered: 'there are no rate limits yet; a hub that cannot keep up answers 503',
      steps: [
        step(post(`${store}/messages`, thing), {
          status: 201,
          headers: { ratelimit: absent, 'ratelimit-policy': absent, 'x-ratelimit-limit': absent },
          body: { message_id: anId },
        }),
      ],
    },
    {
      name: 'Objects are pushed in the objects dialect',
      notOffered: 'the objects dialect is not spoken yet',
      steps: ['/api/push', '/cangaroo/endpoint'].map((path) =>
        step(post(path, { orders: [{ id: 1 }] }, { headers: { 'x-hub-store': '<store>', 'x-hub-access-token': '<token>' } }), {
          status: 404,
        }),
      ),
    },
    {
      name: 'The hub polls a storefront',
      notOffered: 'there are no pollers yet',
      steps: [step(get(`${store}/pollers`), refused(404))],
    },
  ],
};
