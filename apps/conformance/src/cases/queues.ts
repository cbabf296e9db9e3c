import type { Case, Chapter, Request, Step } from '../suite/case.ts';
import {
  all,
  anId,
  anInteger,
  ascending,
  aString,
  aTime,
  atLeast,
  each,
  either,
  holding,
  only,
  orNull,
  someText,
  type Expected,
} from '../suite/expected.ts';
import { delivered, eventually, get, liveMapping, pausedMapping, post, push, refused, step, store, unknown } from './steps.ts';

const base = `${store}/queues`;

const entry: Readonly<Record<string, Expected>> = {
  id: anId,
  message: someText,
  state: someText,
  source: orNull(aString),
  consumer: orNull(aString),
  is_consumer_remote: either(true, false),
  parent_id: orNull(anId),
  created_at: aTime,
  attempts: anInteger,
};
const page: Expected = {
  messages: each(entry),
  page: 1,
  pages: anInteger,
  available_messages: all(each(aString), ascending),
  available_consumers: all(each(aString), ascending),
};

const type = 'conformance.<suffix>:queued';
const waits = 'conformance.<suffix>:waits';
const bulk = 'conformance.<suffix>:bulk';

const accepted = (query: string): Request => get(`${base}/accepted?${query}`);
const archived = (query: string): Request => get(`${base}/archived?${query}`);

/** The list comes to hold just these. */
const lists = (request: Request, ...messages: readonly Expected[]): Step => eventually(request, { status: 200, body: { messages } });

const byFilter: readonly (readonly [what: string, query: string, other: string])[] = [
  ['message', `message=${waits}`, 'message=conformance.<suffix>:other'],
  ['state', `message=${waits}&state=pending`, `message=${waits}&state=parked`],
  ['message_id, which may be the parent’s', 'message_id=<id>', 'message_id=<no_store>'],
  ['mapping_id', 'mapping_id=<mapping>', 'mapping_id=<no_store>'],
  ['consumer', 'consumer=conformance.queue-<suffix>', 'consumer=conformance.nobody-<suffix>'],
  ['source', 'source=shop-<suffix>', 'source=nobody-<suffix>'],
  ['start_date', `message=${waits}&start_date=2020-01-01T00:00:00Z`, `message=${waits}&start_date=2999-01-01T00:00:00Z`],
  ['end_date', `message=${waits}&end_date=2999-01-01T00:00:00Z`, `message=${waits}&end_date=2020-01-01T00:00:00Z`],
];

export const queues: Chapter = {
  title: 'Queues',
  about:
    '`GET /api/stores/:store_id/queues` counts; `GET` or `POST /api/stores/:store_id/queues/:name` (`incoming`, `accepted`, `archived`) lists, 25 a page.',
  given: [
    pausedMapping('conformance.queue-<suffix>', [waits]),
    push(waits, { n: 1 }, { source: 'shop-<suffix>' }),
    ...delivered('pending'),
    push(type, { n: 1 }, { source: 'till-<suffix>' }, 'queued'),
  ],
  cases: [
    {
      name: 'The counts are those of six queues',
      steps: [
        step(get(base), {
          status: 200,
          body: only({
            incoming: anInteger,
            archived: anInteger,
            pending: anInteger,
            failing: anInteger,
            scheduled: anInteger,
            parked: anInteger,
          }),
        }),
      ],
    },
    ...['incoming', 'accepted', 'archived'].flatMap((name): readonly Case[] => [
      { name: `The queue ${name} is a page of messages`, steps: [step(get(`${base}/${name}`), { status: 200, body: page })] },
      { name: `The queue ${name} can be had with POST, then 201`, steps: [step(post(`${base}/${name}`), { status: 201, body: page })] },
    ]),
    {
      name: 'A queue can be asked for with a JSON body that says nothing',
      steps: [step(post(`${base}/accepted`, {}), { status: 201, body: page })],
    },
    {
      name: 'A slash or `.json` at the end is ignored',
      steps: [
        step(get(`${base}.json`), { status: 200 }),
        step(get(`${base}/accepted.json?page=1`), { status: 200, body: page }),
        step(get(`${base}/accepted/`), { status: 200, body: page }),
      ],
    },
    { name: 'Any other queue is 404', steps: [step(get(`${base}/outgoing`), unknown), step(post(`${base}/outgoing`), unknown)] },
    ...byFilter.map(([what, query, other]): Case => ({
      name: `A queue can be filtered by ${what}`,
      steps: [lists(accepted(query), { ...entry, id: '<delivery>', message: waits, parent_id: '<id>' }), lists(accepted(other))],
    })),
    {
      name: 'A filter that is given but empty says nothing',
      steps: [lists(accepted('consumer=conformance.queue-<suffix>&state=&source='), { id: '<delivery>' })],
    },
    {
      name: 'The state `retrying` is another word for `failing`',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.retry-<suffix>', ['conformance.<suffix>:retry'], {}, 'retrying'),
        push('conformance.<suffix>:retry', { answers: [{ status: 500 }] }),
        ...delivered('failing'),
        lists(accepted('mapping_id=<retrying>&state=retrying'), { id: '<delivery>', state: 'failing' }),
        lists(accepted('mapping_id=<retrying>&state=failing'), { id: '<delivery>', state: 'failing' }),
        lists(accepted('mapping_id=<retrying>&state=pending')),
      ],
    },
    {
      name: 'The archived queue shows completed ones unless `source` is given',
      needs: ['endpoint'],
      steps: [
        liveMapping('conformance.archive-<suffix>', ['conformance.<suffix>:archive'], {}, 'archiving'),
        push('conformance.<suffix>:archive', {}, { source: 'stall-<suffix>' }),
        ...delivered('completed'),
        lists(archived('message=conformance.<suffix>:archive'), { id: '<delivery>', state: 'completed' }),
        eventually(archived('source=stall-<suffix>'), {
          status: 200,
          body: { messages: holding({ id: '<delivery>', state: 'completed' }, { id: '<id>', state: 'routed' }) },
        }),
      ],
    },
    {
      name: 'What is archived in another state is shown when its `source` or its state is asked for',
      steps: [
        lists(archived('source=till-<suffix>'), { id: '<queued>', state: 'never_processed' }),
        lists(archived(`message=${type}&state=never_processed`), { id: '<queued>' }),
        lists(archived(`message=${type}`)),
      ],
    },
    {
      name: 'A page has 25, and `page` turns it',
      steps: [
        ...Array.from({ length: 26 }, (_, n) => push(bulk, { n }, {}, 'bulk')),
        eventually(archived(`message=${bulk}&state=never_processed`), {
          status: 200,
          body: { page: 1, pages: 2, messages: each({ message: bulk }, 25) },
        }),
        step(archived(`message=${bulk}&state=never_processed&page=2`), {
          status: 200,
          body: { page: 2, pages: 2, messages: [{ message: bulk }] },
        }),
        step(archived(`message=${bulk}&state=never_processed&page=3`), { status: 200, body: { page: 3, messages: [] } }),
      ],
    },
    {
      name: 'The types and the consumers that occur are named',
      steps: [
        eventually(get(`${base}/accepted`), {
          status: 200,
          body: { available_messages: holding(waits), available_consumers: holding('conformance.queue-<suffix>') },
        }),
      ],
    },
    {
      name: 'The counts follow',
      steps: [
        pausedMapping('conformance.count-<suffix>', ['conformance.<suffix>:count'], {}, 'counting'),
        push('conformance.<suffix>:count', {}),
        ...delivered('pending'),
        eventually(get(base), { status: 200, body: { pending: atLeast(2) } }),
      ],
    },
    ...['page=0', 'page=x', 'state=sleeping', 'start_date=yesterday', 'message_id=1', 'mapping_id=1'].map((query): Case => ({
      name: `The filter ${query} is 400`,
      steps: [step(accepted(query), refused(400))],
    })),
  ],
};
