import { checkPayload, samples, type Sample } from '@crossdock/contracts';
import { describe, expect, it } from 'vitest';
import { Endpoint, type Service } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type StoreClient, type Story } from '../hub.ts';
import { memberText, withLastMember } from '../json-text.ts';
import type { Scenario } from '../scenario.ts';

const types = [...new Set(samples().map(({ type }) => type))];
const isNotification = (type: string): boolean => type.startsWith('notification:');

/** The body as a store pushes it: where it names a store, its own. */
function bodyFor(store: string, { body }: Sample): string {
  const named = memberText(body, 'store_id');
  return named === undefined ? body : body.replace(named, JSON.stringify(store));
}

function expectedRequest(store: string, { type, body }: Sample, delivery: string): string {
  const { source } = JSON.parse(body) as { readonly source?: string };
  const parameters = `"parameters":[{"name":"store_id","value":"${store}"}]`;
  const payload = withLastMember(memberText(body, 'payload') ?? '{}', parameters);
  const end = `,"store_id":"${store}"${source === undefined ? '' : `,"source":${JSON.stringify(source)}`}}`;
  return `{"message":"${type}","message_id":"${delivery}","payload":${payload}${end}`;
}

const zeros = { incoming: 0, pending: 0, failing: 0, scheduled: 0, parked: 0 };
const events = (story: Story): readonly string[] => story.timeline.map(({ event }) => event);

export const samplesScenario: Scenario = (system) => {
  describe('every sample goes the whole way', { concurrent: true }, () => {
    it.each(samples().map((sample) => [sample.name, sample] as const))('%s', async (_name, sample) => {
      const endpoint = await Endpoint.start();
      try {
        const store = await newStore(system());
        const service = endpoint.service();
        await store.map('warehouse.all', types, service.url);
        await goThrough(store, service, sample);
      } finally {
        await endpoint.stop();
      }
    });

    it('all at once, to two mappings each', async () => {
      const endpoint = await Endpoint.start();
      try {
        const store = await newStore(system());
        const services = [endpoint.service(), endpoint.service()];
        for (const [index, service] of services.entries()) await store.map(`warehouse.all${index}`, types, service.url);
        const ids = await Promise.all(samples().map((sample) => store.pushBody(bodyFor(store.id, sample))));
        const all = samples().length;
        await eventually(async () => expect(await store.counts()).toEqual({ ...zeros, archived: 3 * all }));
        expect(new Set(ids).size).toBe(all);
        for (const service of services) {
          expect(service.requests.map(({ json }) => json.message).sort()).toEqual(
            samples()
              .map(({ type }) => type)
              .sort(),
          );
        }
      } finally {
        await endpoint.stop();
      }
    });
  });
};

async function goThrough(store: StoreClient, service: Service, sample: Sample): Promise<void> {
  const payload = memberText(sample.body, 'payload') ?? '{}';
  const verdict = checkPayload(sample.type, JSON.parse(payload));
  // Everything that the guides print is right.
  expect(verdict.errors).toEqual([]);

  const id = await store.pushBody(bodyFor(store.id, sample));
  const delivery = await store.deliveryIn('completed', id);
  const message = await store.story(id);

  expect(service.requests.map(({ body }) => body)).toEqual([expectedRequest(store.id, sample, delivery.id)]);
  expect(events(message)).toEqual(['message.received', 'message.validated', 'message.routed']);
  expect(message.timeline.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(message.children).toEqual([
    { id: delivery.id, message: sample.type, state: 'completed', location: 'archived', consumer: 'warehouse.all' },
  ]);
  expect(message.routing).toMatchObject({ sent: [{ code: 'sent', mapping: 'warehouse.all', message_id: delivery.id }], not_sent: [] });
  expect(message).toMatchObject({
    message: sample.type,
    queue_name: 'archived',
    origin: 'push',
    parent_id: null,
    root_id: id,
    validation: { errors: [] },
  });
  expect(message.validation?.warnings.map(({ code }) => code)).toEqual(verdict.warnings.map(({ code }) => code));

  expect(events(delivery)).toEqual(['delivery.accepted', 'delivery.succeeded']);
  expect(delivery).toMatchObject({
    message: sample.type,
    consumer: 'warehouse.all',
    parent_id: id,
    root_id: id,
    queue_name: 'archived',
    attempts: 1,
    last_error: null,
  });
  expect(delivery.attempt_history).toMatchObject([
    { number: 1, status: 200, error: null, warnings: [], late: false, request: { method: 'POST', url: service.url } },
  ]);
  const times = [...message.timeline, ...delivery.timeline].map(({ at }) => at);
  expect(times).toEqual([...times].sort());

  for (const told of [id, delivery.id]) {
    expect((await store.request('GET', `/messages/${told}`)).text.endsWith(`,"payload":${payload}}`)).toBe(true);
  }
  await eventually(async () => expect(await store.counts()).toEqual({ ...zeros, archived: 2 }));
  expect((await store.notifications()).notifications).toHaveLength(isNotification(sample.type) ? 1 : 0);
}
