import type { EndpointDescription } from '@crossdock/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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

const url = 'https://mandrill.example.com';
const input = { name: 'mandrill', url, category: 'email' };
const description: EndpointDescription = {
  name: 'mandrill',
  display: 'Mandrill',
  description: '',
  icon_url: null,
  help: '',
  services: [
    {
      name: 'order_confirmation',
      path: '/order_confirmation',
      description: 'Confirms.',
      required: true,
      requires: { parameters: [{ name: 'mandrill.api_key', description: 'The key', data_type: 'string', optional: false }] },
      recommends: { messages: ['order:new'], identifiers: {}, filters: [], options: {} },
      produces: [],
    },
  ],
};

const own = async (method: Method, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  await api.call(method, `/api/stores/${store.id}/integrations${path}`, {
    token: store.token,
    headers,
    ...(body === undefined ? {} : { body }),
  });
const idOf = ({ body }: Answer): string => (body as { readonly id: string }).id;

/** An integration whose description was read. */
async function ready(): Promise<Answer> {
  api.descriptions.set(url, { ok: true, description, warnings: [] });
  const id = idOf(await own('POST', '', input));
  return await vi.waitFor(
    async () => {
      const shown = await own('GET', `/${id}`);
      expect(shown.body).toMatchObject({ state: 'ready' });
      return shown;
    },
    { timeout: 20_000, interval: 5 },
  );
}

describe('the routes of integrations', () => {
  it('take a new one wrapped or not, and answer at once', async () => {
    expect(await own('POST', '', { integration: input })).toMatchObject({
      status: 201,
      etag: '"1"',
      body: { ...input, state: 'pending', services: [] },
    });
    expect(await own('POST', '', { ...input, name: 'other' })).toMatchObject({ status: 201, body: { name: 'other' } });
    expect(((await own('GET', '')).body as { name: string }[]).map(({ name }) => name)).toEqual(['mandrill', 'other']);
  });

  it('tell everything that is wrong as the original hub did', async () => {
    expect(await own('POST', '', { name: 'Mandrill', url: 'nowhere' })).toEqual({
      status: 422,
      body: {
        error: '2 things are wrong; nothing was saved.',
        code: 'integration_invalid',
        hint: expect.any(String) as string,
        errors: {
          name: ['The name is not usable. Send a name such as "mandrill": lower case letters, digits, - and _, at most 63 characters.'],
          url: ['The URL cannot be read. Send an absolute http or https URL such as "https://example.com".'],
        },
      },
    });
  });

  it('know none of another store', async () => {
    const id = idOf(await own('POST', '', input));
    store = await api.newStore('Another');
    const unknown = { status: 404, body: expect.objectContaining({ code: 'integration_not_found' }) as unknown };
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/refresh', undefined],
      ['POST', '/signup', {}],
      ['GET', '/enable_mappings', undefined],
      ['PUT', '/disable_mappings', undefined],
    ] as const) {
      expect(await own(method, `/${id}${path}`, body)).toEqual(unknown);
    }
  });

  it('change one at the revision that is meant, and remove it', async () => {
    const { body, etag = '' } = await ready();
    const path = `/${idOf({ status: 200, body })}`;
    const stale = { status: 412, body: expect.objectContaining({ code: 'precondition_failed' }) as unknown };
    expect(await own('PUT', path, { category: 'mail' }, { 'if-match': '"1"' })).toEqual(stale);
    const changed = await own('PUT', path, { integration: { category: 'mail' } }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { category: 'mail' } });
    expect(await own('PUT', path, { category: 'mail' }, { 'if-match': changed.etag ?? '' })).toEqual(changed);
    expect(await own('DELETE', path, undefined, { 'if-match': etag })).toEqual(stale);
    expect(await own('DELETE', path)).toEqual({ status: 200, body: '' });
    expect((await own('GET', path)).status).toBe(404);
  });

  it('sign up, and name what is missing', async () => {
    const { body } = await ready();
    const path = `/${idOf({ status: 200, body })}/signup`;
    expect(await own('POST', path, { enabled: ['order_confirmation'] })).toMatchObject({
      status: 422,
      body: { code: 'signup_parameter_missing', errors: { parameters: [expect.stringContaining('mandrill.api_key (The key)')] } },
    });
    expect(await own('POST', path, { parameters: 5, enabled: ['nobody'] })).toMatchObject({
      status: 422,
      body: { code: 'signup_invalid' },
    });
    const signedUp = await own('POST', path, { parameters: [{ name: 'mandrill.api_key', value: 'k' }] });
    expect(signedUp).toMatchObject({ status: 201, body: { mappings: [{ name: 'mandrill.order_confirmation', enabled: true }] } });
  });

  it('switch all mappings by GET as by PUT, and refresh', async () => {
    const id = idOf(await ready());
    await own('POST', `/${id}/signup`, { parameters: [{ name: 'mandrill.api_key', value: 'k' }] });
    const enabled = (answer: Answer): unknown => [
      answer.status,
      (answer.body as { mappings: { enabled: boolean }[] }).mappings[0]?.enabled,
    ];
    expect([
      enabled(await own('GET', `/${id}/disable_mappings`)),
      enabled(await own('PUT', `/${id}/enable_mappings`)),
      enabled(await own('PUT', `/${id}/disable_mappings`)),
      enabled(await own('GET', `/${id}/enable_mappings`)),
    ]).toEqual([
      [200, false],
      [200, true],
      [200, false],
      [200, true],
    ]);
    expect(await own('POST', `/${id}/refresh`)).toMatchObject({ status: 202, body: { state: 'pending', services: description.services } });
  });
});
