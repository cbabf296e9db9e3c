import type { Answer, Case, Chapter, Request } from '../suite/case.ts';
import { anId, anInteger } from '../suite/expected.ts';
import { get, nothing, post, put, refused, step, store, unauthorized } from './steps.ts';

const push = { message: 'conformance:thing', payload: {} };

/** One request of each row, which needs a token. */
const rows: readonly (readonly [row: string, request: Request])[] = [
  ['POST …/messages', post(`${store}/messages`, push)],
  ['GET …/messages/:id', get(`${store}/messages/${nothing}`)],
  ['PUT …/messages/:id', put(`${store}/messages/${nothing}?archive=true`)],
  ['GET …/available_messages', get(`${store}/available_messages`)],
  ['GET …/queues', get(`${store}/queues`)],
  ['GET …/queues/:name', get(`${store}/queues/archived`)],
  ['POST …/queues/:name', post(`${store}/queues/archived`)],
  ['GET …/notifications', get(`${store}/notifications`)],
  ['GET …/integrations', get(`${store}/integrations`)],
  ['POST …/integrations', post(`${store}/integrations`, {})],
  ['GET …/mappings', get(`${store}/mappings`)],
  ['POST …/mappings', post(`${store}/mappings`, {})],
  ['GET …/parameters', get(`${store}/parameters`)],
  ['POST …/parameters', post(`${store}/parameters`, {})],
  ['GET …/schedulers', get(`${store}/schedulers`)],
  ['POST …/schedulers', post(`${store}/schedulers`, {})],
];

const counts: Answer = { status: 200, body: { pending: anInteger } };
const bearer = (authorization: string): Request => get(`${store}/queues`, { from: 'nobody', headers: { authorization } });
const augury = (token: string): Request => get(`${store}/queues`, { from: 'nobody', headers: { 'x-augury-token': token } });

export const tokens: Chapter = {
  title: 'Tokens and stores',
  about:
    'Header `X-Augury-Token`, or `Authorization: Bearer`. A bad or missing token is 401 `{error: "Token is invalid."}`, an unknown store 404 `{error: "Store not found."}`.',
  cases: [
    { name: 'The token may be in `X-Augury-Token`', steps: [step(augury('<token>'), counts)] },
    { name: 'The token may be in `Authorization: Bearer`', steps: [step(bearer('Bearer <token>'), counts)] },
    { name: '`bearer` may be written small', steps: [step(bearer('bearer <token>'), counts)] },
    {
      name: 'A push may bring its token as `Authorization: Bearer`',
      steps: [
        step(post(`${store}/messages`, push, { from: 'nobody', headers: { authorization: 'Bearer <token>' } }), {
          status: 201,
          body: { message_id: anId },
        }),
      ],
    },
    ...rows.flatMap(([row, request]): readonly Case[] => [
      { name: `${row} without a token is 401`, steps: [step({ ...request, from: 'nobody' }, unauthorized)] },
      {
        name: `${row} with a wrong token is 401`,
        steps: [step({ ...request, from: 'nobody', headers: { 'x-augury-token': 'wrong-<suffix>' } }, unauthorized)],
      },
    ]),
    { name: 'A wrong bearer token is 401', steps: [step(bearer('Bearer wrong-<suffix>'), unauthorized)] },
    { name: 'Basic credentials are 401', steps: [step(bearer('Basic bWU6bWU='), unauthorized)] },
    {
      name: 'The token of another store is 401',
      needs: ['admin'],
      steps: rows.map(([, request]) => step({ ...request, from: 'other' }, unauthorized)),
    },
    {
      name: 'A store’s token does not tell which stores there are: any other one is 401',
      steps: [step(get('/api/stores/<no_store>/queues'), unauthorized)],
    },
    {
      name: 'An unknown store is 404 to whoever may see all',
      needs: ['admin'],
      steps: rows.map(([, request]) =>
        step(
          { ...request, from: 'admin', path: request.path.replace('<store>', '<no_store>') },
          refused(404, { error: 'Store not found.' }),
        ),
      ),
    },
    {
      name: 'An unknown store in the body of an oldest form is 404 to whoever may see all',
      needs: ['admin'],
      steps: ['/api/messages', '/messages'].map((path) =>
        step(post(path, { ...push, store_id: '<no_store>' }, { from: 'admin' }), refused(404, { error: 'Store not found.' })),
      ),
    },
    { name: 'An unknown address is 404', steps: [step(get(`${store}/nothing`), refused(404))] },
  ],
};
