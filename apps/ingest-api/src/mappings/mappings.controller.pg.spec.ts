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

const input = { name: 'mandrill.order', url: 'https://example.com/order', messages: ['order:new'] };
const own = (
  method: Method,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  token = store.token,
): Promise<Answer> =>
  api.call(method, `/api/stores/${store.id}/mappings${path}`, { token, headers, ...(body === undefined ? {} : { body }) });
const created = async (more: object = {}): Promise<string> => ((await own('POST', '', { ...input, ...more })).body as { id: string }).id;
/** Deliveries that wait for a mapping without a time, and as many that have one. */
const wait = async (mapping: string, count: number): Promise<void> => {
  const rows = (from: number, dueAt: string): string =>
    `insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
      select gen_random_uuid(), 0, '${store.id}00000000', 1, gen_random_uuid(), '${mapping}00000000', 1, 0, 0, ${dueAt} from generate_series(${from}, ${count}) n`;
  await api.database.script(`${rows(1, "'infinity'")}; ${rows(1, 'now()')}`);
};
const waitingOf = ({ body }: Answer): unknown => (body as { waiting?: unknown }).waiting;

describe('a mapping', () => {
  it('has its revision for an ETag, wherever it is answered', async () => {
    const made = await own('POST', '', input);
    const { id } = made.body as { id: string };
    expect([made.etag, (await own('GET', `/${id}`)).etag]).toEqual(['"1"', '"1"']);
    expect((await own('PUT', `/${id}`, { paused: true })).etag).toBe('"2"');
    expect((await own('PUT', `/${id}`, { paused: true })).etag).toBe('"2"');
  });

  it('is changed and removed at the revision of If-Match only', async () => {
    const id = await created();
    expect(await own('PUT', `/${id}`, { paused: true }, { 'if-match': '"7"' })).toMatchObject({
      status: 412,
      body: { error: 'The mapping is at revision 1 now, not at the one of If-Match.', code: 'precondition_failed' },
    });
    expect(await own('DELETE', `/${id}`, undefined, { 'if-match': '"7"' })).toMatchObject({ status: 412 });
    expect(await own('PUT', `/${id}`, { paused: true }, { 'if-match': 'yesterday' })).toMatchObject({
      status: 400,
      body: { code: 'if_match_invalid' },
    });
    expect(await own('PUT', `/${id}`, { paused: true }, { 'if-match': '"1"' })).toMatchObject({ status: 200, etag: '"2"' });
    expect(await own('PUT', `/${id}`, { paused: false }, { 'if-match': '*' })).toMatchObject({ status: 200, etag: '"3"' });
    expect(await own('DELETE', `/${id}`, undefined, { 'if-match': '"3"' })).toEqual({ status: 200, body: '' });
  });

  it('can be sent back as it was answered, and stays what it is', async () => {
    const id = await created({ token: 'a-very-secret-token', filters: [{ path: 'payload.a', operator: 'present' }] });
    await wait(id, 2);
    const shown = await own('GET', `/${id}`);
    expect(await own('PUT', `/${id}`, shown.body, { 'if-match': shown.etag ?? '' })).toEqual(shown);
  });

  it('that is required is not removed, and the answer says what to do', async () => {
    const id = await created({ required: true });
    expect(await own('DELETE', `/${id}`)).toMatchObject({
      status: 422,
      body: {
        error: 'The mapping mandrill.order is required: its integration does not work without it.',
        code: 'mapping_required',
        hint: expect.stringMatching(/disable/i) as string,
      },
    });
    expect(await own('PUT', `/${id}`, { enabled: false })).toMatchObject({ status: 200, body: { enabled: false } });
  });

  it('says how many deliveries wait for it, alone and in the list, up to a thousand', async () => {
    const none = await created({ name: 'a.none' });
    const few = await created({ name: 'b.few', paused: true });
    const many = await created({ name: 'c.many' });
    await wait(few, 3);
    await wait(many, 1_001);
    const expected = [
      { count: 0, bounded: false },
      { count: 3, bounded: false },
      { count: 1_000, bounded: true },
    ];
    expect(await Promise.all([none, few, many].map(async (id) => waitingOf(await own('GET', `/${id}`))))).toEqual(expected);
    expect(((await own('GET', '')).body as { waiting: unknown }[]).map(({ waiting }) => waiting)).toEqual(expected);
    expect(waitingOf(await own('PUT', `/${few}`, { paused: false }))).toEqual(expected[1]);
  });
});

describe('versions of a mapping', () => {
  it('name who came through which door, and go on where a page ends', async () => {
    const id = await created();
    await own('PUT', `/${id}`, { paused: true }, {}, api.admin);
    await own('DELETE', `/${id}`);
    const first = await own('GET', `/${id}/versions?limit=2`);
    expect(first).toMatchObject({
      status: 200,
      body: {
        versions: [
          { revision: 3, kind: 'removed', changed_by: 'api', definition: null },
          { revision: 2, kind: 'changed', changed_by: 'admin', changed: ['paused'], definition: { name: 'mandrill.order', paused: true } },
        ],
        next: expect.any(String) as string,
      },
    });
    const { next } = first.body as { next: string };
    expect(await own('GET', `/${id}/versions?limit=2&after=${next}`)).toMatchObject({
      status: 200,
      body: { versions: [{ revision: 1, kind: 'created', changed_by: 'api', definition: { paused: false } }], next: null },
    });
  });

  it('are refused as problem details', async () => {
    expect(await own('GET', `/${'f'.repeat(24)}/versions`)).toMatchObject({
      status: 404,
      body: { code: 'mapping_not_found', title: expect.any(String) as string },
    });
    expect(await own('GET', `/${await created()}/versions?after=bm8`)).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
  });
});
