import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistryApi, type Answer, type ApiStore, type Method, type RegistryApi } from '../testing/registry-api.ts';

let api: RegistryApi;
let store: ApiStore;
beforeAll(async () => {
  api = await openRegistryApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  store = await api.newStore();
});

const own = (method: Method, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  api.call(method, `/api/stores/${store.id}/parameters${path}`, { token: store.token, headers, ...(body === undefined ? {} : { body }) });
const created = async (input: object): Promise<string> => ((await own('POST', '', input)).body as { id: string }).id;
const delivery = '5f00000000000000000000de';

describe('a parameter', () => {
  it('has its revision for an ETag, and is changed and removed at the revision of If-Match only', async () => {
    const made = await own('POST', '', { name: 'p', value: 5 });
    const { id } = made.body as { id: string };
    expect([made.etag, (await own('GET', `/${id}`)).etag]).toEqual(['"1"', '"1"']);
    const write = { store: store.id, name: 'p', value: 6, by: delivery };
    await api.database.run((tx) => api.registry.writeParameters(tx, [write]));
    expect(await own('PUT', `/${id}`, { value: 7 }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    expect(await own('DELETE', `/${id}`, undefined, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await own('PUT', `/${id}`, { value: 7 }, { 'if-match': '"2"' })).toMatchObject({
      status: 200,
      etag: '"3"',
      body: { value: 7, revision: 3 },
    });
    expect(await own('DELETE', `/${id}`, undefined, { 'if-match': '"3"' })).toEqual({ status: 200, body: '' });
  });

  it('can be sent back as it was answered, and stays what it is', async () => {
    for (const input of [
      { name: 'mandrill.api_key', value: 'abc', secret: true },
      { name: 'table', value: [{ sku: 'A1', price: 5 }, 'x'] },
      { name: 'rate', value: 0.5 },
    ]) {
      const shown = await own('GET', `/${await created(input)}`);
      expect(await own('PUT', `/${(shown.body as { id: string }).id}`, shown.body, { 'if-match': shown.etag ?? '' })).toEqual(shown);
    }
  });

  it('keeps a lookup table and a prefixed name as they were given', async () => {
    const value = [
      { sku: 'A1', options: { color: 'red', sizes: [1, 2] } },
      { sku: 'B2', options: null },
    ];
    const id = await created({ name: 'spree.lookup.table-1', value });
    expect((await own('GET', `/${id}`)).body).toMatchObject({ name: 'spree.lookup.table-1', data_type: 'list', value });
  });
});

describe('the history of a parameter', () => {
  it('says who changed what, page by page', async () => {
    const id = await created({ name: 'cursor', value: 'c-1' });
    await api.database.run((tx) => api.registry.writeParameters(tx, [{ store: store.id, name: 'cursor', value: 'c-2', by: delivery }]));
    await own('DELETE', `/${id}`);
    const first = await own('GET', `/${id}/history?limit=2`);
    expect(first).toMatchObject({
      status: 200,
      body: {
        changes: [
          { number: 3, kind: 'removed', changed_by: 'api', delivery_id: null, from: 'c-2', to: null },
          { number: 2, kind: 'changed', changed_by: 'answer', delivery_id: delivery, from: 'c-1', to: 'c-2' },
        ],
        next: expect.any(String) as string,
      },
    });
    expect(await own('GET', `/${id}/history?limit=2&after=${(first.body as { next: string }).next}`)).toMatchObject({
      status: 200,
      body: { changes: [{ number: 1, kind: 'created', from: null, to: 'c-1' }], next: null },
    });
  });

  it('is refused as problem details', async () => {
    expect(await own('GET', `/${'f'.repeat(24)}/history`)).toMatchObject({
      status: 404,
      body: { code: 'parameter_not_found', title: expect.any(String) as string },
    });
    expect(await own('GET', `/${await created({ name: 'p', value: 1 })}/history?limit=0`)).toMatchObject({
      status: 400,
      body: { code: 'query_invalid' },
    });
  });
});
