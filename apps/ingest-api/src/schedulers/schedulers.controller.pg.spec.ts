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
  api.call(method, `/api/stores/${store.id}/schedulers${path}`, { token: store.token, headers, ...(body === undefined ? {} : { body }) });
const everyTen = { key: 'spree:order:poll', count: 10, interval: 'minutes' };

describe('schedules', () => {
  it('are created, listed, shown, changed and removed', async () => {
    const created = await own('POST', '', { scheduler: everyTen });
    expect(created).toMatchObject({
      status: 201,
      etag: '"1"',
      body: { ...everyTen, cron: null, time_zone: null, enabled: true, revision: 1 },
    });
    const { id, next_at } = created.body as { id: string; next_at: string };
    expect(Math.abs(Date.parse(next_at) - Date.now() - 600_000)).toBeLessThan(60_000);
    expect(await own('GET', `/${id}`)).toEqual({ ...created, status: 200 });
    expect(await own('GET', '')).toEqual({ status: 200, body: [created.body] });
    expect(await own('PUT', `/${id}`, created.body, { 'if-match': '"1"' })).toEqual({ ...created, status: 200 });
    expect(await own('PUT', `/${id}`, { cron: '0 6 * * *', time_zone: 'Europe/Berlin' })).toMatchObject({
      status: 200,
      etag: '"2"',
      body: { count: null, interval: null, cron: '0 6 * * *', time_zone: 'Europe/Berlin' },
    });
    expect(await own('PUT', `/${id}`, { enabled: false }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    expect(await own('DELETE', `/${id}`, undefined, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await own('DELETE', `/${id}`)).toEqual({ status: 200, body: '' });
    for (const method of ['GET', 'PUT', 'DELETE'] as const)
      expect(await own(method, `/${id}`, method === 'PUT' ? {} : undefined)).toMatchObject({
        status: 404,
        body: { code: 'schedule_not_found' },
      });
  });

  it('are refused with everything that is wrong, by field, and what now', async () => {
    expect(await own('POST', '', { key: 'Poll', cron: '61 * * * *', time_zone: 'Mars/Base' })).toEqual({
      status: 422,
      body: {
        error: '3 things are wrong; nothing was saved.',
        code: 'schedule_invalid',
        hint: expect.any(String) as string,
        errors: {
          key: [expect.stringContaining('"spree:order:poll"') as string],
          time_zone: [expect.stringContaining('"Europe/Berlin"') as string],
          cron: [expect.stringContaining('Invalid value for minute: 61.') as string],
        },
      },
    });
  });

  it('are nobody else’s', async () => {
    const { id } = (await own('POST', '', everyTen)).body as { id: string };
    const other = await api.newStore('other');
    const theirs = (at: string, path: string): Promise<Answer> =>
      api.call('GET', `/api/stores/${at}/schedulers${path}`, { token: other.token });
    expect([(await theirs(store.id, '')).status, (await theirs(other.id, `/${id}`)).status]).toEqual([401, 404]);
  });
});
