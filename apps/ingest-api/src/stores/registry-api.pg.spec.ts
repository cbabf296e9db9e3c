import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistryApi, type Answer, type ApiStore, type Call, type Method, type RegistryApi } from '../testing/registry-api.ts';

let api: RegistryApi;
let admin: string;
let store: ApiStore;

beforeAll(async () => {
  api = await openRegistryApi();
  ({ admin } = api);
});
afterAll(() => api.close());

/** Without the entity tag: the specs of each route look at it. */
async function call(method: Method, url: string, what?: Call): Promise<Answer> {
  const { status, body } = await api.call(method, url, what);
  return { status, body };
}

const own = (method: Method, path: string, body?: unknown): Promise<Answer> =>
  call(method, `/api/stores/${store.id}${path}`, { token: store.token, ...(body === undefined ? {} : { body }) });
const idOf = ({ body }: Answer): string => (body as { id: string }).id;

beforeEach(async () => {
  store = await api.newStore();
});

const id = expect.stringMatching(/^[0-9a-f]{24}$/) as string;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
const tokenInvalid = expect.objectContaining({ error: 'Token is invalid.' }) as unknown;

describe('stores', () => {
  it('are made by an administrator, and show their token once', async () => {
    expect(await call('POST', '/api/stores', { token: admin, body: { name: 'Spree' } })).toEqual({
      status: 201,
      body: { id, name: 'Spree', created_at: time, token: expect.stringMatching(/^crossdock_test_/) as string },
    });
    expect(await own('GET', '')).toEqual({ status: 200, body: { id: store.id, name: 'A store', created_at: time } });
  });

  it('are made by nobody else', async () => {
    const body = { name: 'Spree' };
    expect(await call('POST', '/api/stores', { body })).toMatchObject({ status: 401, body: { code: 'token_missing' } });
    expect(await call('POST', '/api/stores', { body, token: 'guess' })).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    expect(await call('POST', '/api/stores', { body, token: store.token })).toMatchObject({
      status: 403,
      body: { code: 'admin_token_required' },
    });
  });

  it('need a name', async () => {
    expect(await call('POST', '/api/stores', { token: admin, body: {} })).toMatchObject({
      status: 422,
      body: {
        code: 'store_invalid',
        errors: expect.arrayContaining([
          { pointer: '#/name', code: 'store_invalid', detail: expect.stringContaining('not a text') as string },
        ]) as unknown,
      },
    });
    expect(await call('POST', '/api/stores', { token: admin, body: '{"name": "x"' })).toMatchObject({
      status: 400,
      body: { code: 'body_not_json' },
    });
    expect(await call('POST', '/api/stores', { token: admin, body: '[]' })).toMatchObject({
      status: 400,
      body: { code: 'body_not_object' },
    });
  });
});

describe('who may act for a store', () => {
  it('is its token in either header, and an administrator', async () => {
    const bearer = { headers: { authorization: `Bearer ${store.token}` } };
    expect((await call('GET', `/api/stores/${store.id}`, bearer)).status).toBe(200);
    expect((await call('GET', `/api/stores/${store.id}`, { token: admin })).status).toBe(200);
  });

  it('is nobody else, and no stranger learns which stores exist', async () => {
    const other = (await call('POST', '/api/stores', { token: admin, body: { name: 'other' } })).body as typeof store;
    const nowhere = 'f'.repeat(24);
    for (const path of ['/mappings', '/parameters', `/mappings/${nowhere}`]) {
      for (const target of [store.id, nowhere, 'x']) {
        const url = `/api/stores/${target}${path}`;
        for (const token of [undefined, 'guess', other.token])
          expect(await call('GET', url, { token })).toEqual({ status: 401, body: tokenInvalid });
      }
    }
    expect(await call('GET', `/api/stores/${nowhere}/mappings`, { token: admin })).toMatchObject({
      status: 404,
      body: { error: 'Store not found.', code: 'store_not_found' },
    });
  });
});

describe('mappings', () => {
  const input = { name: 'mandrill.order', url: 'https://example.com/order', messages: ['order:new'], token: 'a-very-secret-token' };

  it('are created, listed, shown, changed and removed', async () => {
    const created = await own('POST', '/mappings', input);
    expect(created).toMatchObject({ status: 201, body: { ...input, id, token: '****oken', enabled: true } });
    const path = `/mappings/${idOf(created)}`;
    expect(await own('GET', '/mappings')).toEqual({ status: 200, body: [created.body] });
    expect(await own('GET', path)).toEqual({ status: 200, body: created.body });
    expect(await own('PUT', path, { ...(created.body as object), enabled: false })).toMatchObject({
      status: 200,
      body: { enabled: false, token: '****oken' },
    });
    expect(await own('DELETE', path)).toEqual({ status: 200, body: '' });
    expect(await own('GET', path)).toMatchObject({ status: 404, body: { code: 'mapping_not_found' } });
    expect(await own('PUT', path, {})).toMatchObject({ status: 404 });
    expect(await own('DELETE', path)).toMatchObject({ status: 404 });
  });

  it('may come wrapped', async () => {
    expect(await own('POST', '/mappings', { mapping: input })).toMatchObject({ status: 201, body: { name: 'mandrill.order' } });
  });

  it('are refused with everything that is wrong, by field, and what now', async () => {
    const filters = [
      { path: 'payload.id', operator: 'eq', value: 'x' },
      { path: 'payload.id', operator: 'match', value: '[' },
    ];
    const refused = await own('POST', '/mappings', { ...input, name: 'x', filters });
    expect(refused).toEqual({
      status: 422,
      body: {
        error: '2 things are wrong; nothing was saved.',
        code: 'mapping_invalid',
        hint: expect.any(String) as string,
        errors: {
          name: [expect.stringMatching(/^The name is not of the form integration\.service\. Send a name such as/) as string],
          'filters.1.value': [expect.stringMatching(/^The pattern does not compile: .* Correct the pattern\./) as string],
        },
      },
    });
    expect(await own('GET', '/mappings')).toEqual({ status: 200, body: [] });
  });

  it('are refused with the code of what is wrong where that is one thing', async () => {
    await own('POST', '/mappings', input);
    expect(await own('POST', '/mappings', input)).toMatchObject({
      status: 422,
      body: { code: 'mapping_name_taken', errors: { name: [expect.any(String)] } },
    });
    const required = await own('POST', '/mappings', { ...input, name: 'b.b', required: true });
    expect(await own('DELETE', `/mappings/${idOf(required)}`)).toMatchObject({ status: 422, body: { code: 'mapping_required' } });
  });

  it('need a body of JSON', async () => {
    expect(await own('POST', '/mappings', '{')).toMatchObject({ status: 400, body: { code: 'body_not_json' } });
    expect(await own('POST', '/mappings')).toMatchObject({ status: 400, body: { code: 'body_not_json' } });
  });
});

describe('parameters', () => {
  it('are created, listed, shown, changed and removed', async () => {
    const created = await own('POST', '/parameters', { name: 'mandrill.api_key', value: 'abc' });
    expect(created).toEqual({
      status: 201,
      body: {
        id,
        store_id: store.id,
        name: 'mandrill.api_key',
        data_type: 'string',
        value: 'abc',
        secret: false,
        revision: 1,
        created_at: time,
        updated_at: time,
      },
    });
    const path = `/parameters/${idOf(created)}`;
    expect(await own('GET', '/parameters')).toEqual({ status: 200, body: [created.body] });
    expect(await own('PUT', path, { parameter: { value: 'def', secret: true } })).toMatchObject({
      status: 200,
      body: { value: '****', secret: true },
    });
    expect(await own('GET', path)).toMatchObject({ status: 200, body: { value: '****' } });
    expect(await own('DELETE', path)).toEqual({ status: 200, body: '' });
    expect(await own('GET', path)).toMatchObject({ status: 404, body: { code: 'parameter_not_found' } });
  });

  it('are refused with everything that is wrong, by field', async () => {
    expect(await own('POST', '/parameters', { name: '', value: 'abc', data_type: 'integer' })).toMatchObject({
      status: 422,
      body: { code: 'parameter_invalid', errors: { name: [expect.any(String)], value: [expect.any(String)] } },
    });
  });
});
