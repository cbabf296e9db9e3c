import type { JsonValue } from '@crossdock/core';
import { beginning, received } from '@crossdock/core/testing';
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
  api.messages.clear();
});

const own = (method: Method, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  api.call(method, `/api/stores/${store.id}/schemas${path}`, { token: store.token, headers, ...(body === undefined ? {} : { body }) });
const codeOf = ({ status, body }: Answer): readonly [number, string] => [status, (body as { code: string }).code];

const order = { type: 'object', required: ['order'], properties: { order: { type: 'object' } } };
const stricter = { ...order, required: ['order', 'channel'] };
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
const noEffect = { examined: 0, invalid: 0, newly_invalid: 0, newly_valid: 0, examples: [], stopped: null };

/** A message that has come in. */
function cameIn(n: number, message: string, payload: JsonValue): string {
  const id = `6b000000000000000000${n.toString(16).padStart(4, '0')}`;
  const bytes = Buffer.from(JSON.stringify(payload));
  api.messages.set(id, {
    event: received({ message, bytes: bytes.length }),
    shard: 0,
    at: beginning + n,
    payload: bytes,
    parsed: () => payload,
  });
  return id;
}

describe('schemas', () => {
  it('are registered, shown, changed and removed', async () => {
    const made = await own('PUT', '/order:new', { schema: order });
    const view = {
      type: 'order:new',
      version: 1,
      compatibility: 'backward',
      in_use: true,
      created_at: time,
      by: 'api',
      store_id: store.id,
      names: ['order:new'],
      revision: 1,
      schema: order,
      remarks: [],
    };
    expect(made).toEqual({ status: 201, etag: '"1"', body: { ...view, effect: noEffect } });
    expect(await own('GET', '/order:new')).toEqual({ status: 200, etag: '"1"', body: view });
    expect(await own('GET', '/order%3Anew')).toEqual({ status: 200, etag: '"1"', body: view });
    expect((await own('GET', '')).body).toEqual({ schemas: [summaryOf(view)], next: null });

    // The same again, in other words: nothing changes.
    const same = await own('PUT', '/order:new', { schema: { properties: order.properties, required: ['order'], type: 'object' } });
    expect(same).toEqual({ status: 200, etag: '"1"', body: { ...view, effect: null } });
    // An answer may be sent back.
    expect((await own('PUT', '/order:new', made.body)).status).toBe(200);

    const changed = await own('PUT', '/order:new', { schema: stricter, compatibility: 'none' }, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, etag: '"2"', body: { version: 2, compatibility: 'none', schema: stricter } });
    expect(await own('GET', '/order:new?version=1')).toMatchObject({ status: 200, body: { version: 1, in_use: false, schema: order } });
    const versions = (await own('GET', '/order:new/versions')).body as { versions: readonly { version: number }[] };
    expect(versions.versions.map(({ version }) => version)).toEqual([2, 1]);

    expect(codeOf(await own('DELETE', '/order:new', undefined, { 'if-match': '"1"' }))).toEqual([412, 'precondition_failed']);
    expect(await own('DELETE', '/order:new')).toEqual({ status: 200, body: '' });
    for (const [method, path] of [
      ['GET', '/order:new'],
      ['DELETE', '/order:new'],
      ['GET', '/order:old/versions'],
    ] as const)
      expect(codeOf(await own(method, path))).toEqual([404, 'schema_not_found']);
    expect((await own('GET', '')).body).toEqual({ schemas: [], next: null });
    // Its versions are kept, and their numbers are not given twice; nothing is in use that the next one could break.
    expect(await own('GET', '/order:new?version=2')).toMatchObject({ status: 200, body: { version: 2, in_use: false } });
    expect(await own('PUT', '/order:new', { schema: { type: 'string' } })).toMatchObject({ status: 201, body: { version: 3 } });
  });

  it('are of all names of a type', async () => {
    expect(await own('PUT', '/order:update', { schema: order })).toMatchObject({
      status: 201,
      body: { type: 'order:updated', names: ['order:updated', 'order:update'] },
    });
    expect((await own('GET', '/order:updated')).body).toEqual((await own('GET', '/order:update')).body);
    expect(await own('PUT', '/order:updated', { schema: order })).toMatchObject({ status: 200, body: { version: 1 } });
    const snapshot = (await api.registry.snapshots([store.id])).get(store.id);
    expect([...(snapshot?.schemas.keys() ?? [])].sort()).toEqual(['order:update', 'order:updated']);
  });

  it('are listed in pages, by type', async () => {
    for (const type of ['c:c', 'a:a', 'b:b']) await own('PUT', `/${type}`, { schema: true });
    const first = (await own('GET', '?limit=2')).body as { schemas: readonly { type: string }[]; next: string };
    expect(first.schemas.map(({ type }) => type)).toEqual(['a:a', 'b:b']);
    const second = (await own('GET', `?limit=2&after=${first.next}`)).body as { schemas: readonly { type: string }[]; next: unknown };
    expect([second.schemas.map(({ type }) => type), second.next]).toEqual([['c:c'], null]);
    for (const schema of [{ minimum: 1 }, {}]) await own('PUT', '/a:a', { schema, compatibility: 'none' });
    const versions = (await own('GET', '/a:a/versions?limit=2')).body as { versions: readonly { version: number }[]; next: string };
    expect(versions.versions.map(({ version }) => version)).toEqual([3, 2]);
    const rest = (await own('GET', `/a:a/versions?limit=2&after=${versions.next}`)).body as { versions: readonly { version: number }[] };
    expect(rest.versions.map(({ version }) => version)).toEqual([1]);
  });

  it('that may refuse what was valid are refused, with what changed and the way out', async () => {
    await own('PUT', '/order:new', { schema: order });
    const answer = await own('PUT', '/order:new', { schema: stricter });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'schema_incompatible',
        detail: 'What is valid under version 1 may be invalid under this schema: 1 finding. Nothing was registered.',
        hint: expect.stringContaining('"compatibility": "none"') as string,
        errors: [
          {
            pointer: '#/schema/required',
            code: 'schema_narrowed',
            detail: '`required` gained `channel`: objects without it were valid so far.',
          },
        ],
      },
    });
    expect((await own('GET', '/order:new')).body).toMatchObject({ version: 1, revision: 1 });
  });

  it('are refused with everything that is wrong, where and what now', async () => {
    expect(await own('PUT', '/order:new', { schema: { type: 'text', $ref: 'x.json', pattern: '(?=x)' }, compatible: true })).toMatchObject({
      status: 422,
      body: {
        code: 'schema_invalid',
        errors: [
          { pointer: '#/compatible' },
          { pointer: '#/schema/type', code: 'schema_invalid' },
          { pointer: '#/schema/pattern', code: 'schema_pattern_invalid' },
        ],
      },
    });
    expect(codeOf(await own('PUT', '/order:new', { schema: { $ref: 'https://example.com/x' } }))).toEqual([422, 'schema_reference_remote']);
    expect(codeOf(await own('PUT', '/order:new', {}))).toEqual([422, 'schema_invalid']);
    expect(codeOf(await own('PUT', '/Order', { schema: order }))).toEqual([422, 'message_type_illegal']);
    expect(codeOf(await own('GET', '/order:new?version=0'))).toEqual([400, 'query_invalid']);
    for (const path of ['/order:new', '/Order', '/a%00:b', '/order:new/versions', '/%00/versions'])
      expect(codeOf(await own('GET', path))).toEqual([404, 'schema_not_found']);
    expect(codeOf(await own('DELETE', '/a%00:b'))).toEqual([404, 'schema_not_found']);
  });

  it('say what of them nothing is checked by', async () => {
    const answer = await own('PUT', '/order:new', { schema: { requried: ['order'] } });
    expect(answer.body).toMatchObject({ remarks: [{ pointer: '/requried', code: 'schema_keyword_unknown' }] });
  });

  it('are so many and so large at most', async () => {
    const wide = { description: 'x'.repeat(60_000) };
    const many = await Promise.all(Array.from({ length: 69 }, (_, n) => own('PUT', `/a:t${n}`, { schema: wide })));
    expect(many.every(({ status }) => status === 201)).toBe(true);
    expect(codeOf(await own('PUT', '/a:one.more', { schema: wide }))).toEqual([422, 'schema_limit_reached']);
    expect((await own('PUT', '/a:t0', { schema: {} })).status).toBe(200);
    expect((await own('PUT', '/a:one.more', { schema: {} })).status).toBe(201);
  });

  it('are registered by many at once one after the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => own('PUT', '/a:b', { schema: { maxProperties: n + 10 }, compatibility: 'none' })),
    );
    expect(answers.map(({ body }) => (body as { version: number }).version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
    const growing = await Promise.all(Array.from({ length: 6 }, (_, n) => own('PUT', '/a:b', { schema: { maxProperties: n + 20 } })));
    // Whoever came after a larger one would have narrowed it.
    const limits = growing
      .filter(({ status }) => status === 200)
      .map(({ body }) => body as { version: number; schema: { maxProperties: number } });
    const inOrder = limits.toSorted((a, b) => a.version - b.version).map(({ schema }) => schema.maxProperties);
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(growing.every(({ status }) => status === 200 || status === 409)).toBe(true);
  });

  it('are nobody else’s', async () => {
    await own('PUT', '/order:new', { schema: order });
    const other = await api.newStore('other');
    const theirs = (at: string): Promise<Answer> => api.call('GET', `/api/stores/${at}/schemas/order:new`, { token: other.token });
    expect([(await theirs(store.id)).status, (await theirs(other.id)).status]).toEqual([401, 404]);
  });
});

describe('the effect of a schema', () => {
  it('is what it makes of the newest messages of the type', async () => {
    cameIn(1, 'order:updated', { order: 7 });
    const lost = [cameIn(2, 'order:updated', { order: {} }), cameIn(3, 'order:update', { order: { number: 'R1' } })];
    cameIn(4, 'order:updated', { order: {}, channel: 'web' });
    cameIn(5, 'order:new', { order: {} });
    const asked = await own('POST', '/order:update/check', { schema: stricter });
    const errors = [{ pointer: '/channel', code: 'schema_violated', reason: '`channel` is missing.' }];
    const effect = {
      examined: 4,
      invalid: 3,
      newly_invalid: 2,
      newly_valid: 0,
      examples: [
        { message_id: lost[1], message: 'order:update', created_at: new Date(beginning + 3).toISOString(), errors },
        { message_id: lost[0], message: 'order:updated', created_at: new Date(beginning + 2).toISOString(), errors },
      ],
      stopped: null,
    };
    expect(asked).toEqual({
      status: 200,
      body: { type: 'order:update', against: null, compatible: true, findings: [], remarks: [], effect },
    });
    expect(codeOf(await own('GET', '/order:updated'))).toEqual([404, 'schema_not_found']);
    expect((await own('PUT', '/order:updated', { schema: stricter })).body).toMatchObject({ effect });
    // Against the one in use: nothing is new, and a looser one mends what that broke.
    expect((await own('POST', '/order:updated/check', { schema: stricter })).body).toMatchObject({
      against: 1,
      effect: { invalid: 3, newly_invalid: 0 },
    });
    expect((await own('POST', '/order:updated/check', { schema: order, last: 3 })).body).toMatchObject({
      compatible: true,
      effect: { examined: 3, invalid: 0, newly_valid: 2 },
    });
    expect(
      (await own('POST', '/order:updated/check', { schema: { ...stricter, required: ['order', 'channel', 'email'] } })).body,
    ).toMatchObject({
      compatible: false,
      findings: [{ pointer: '/schema/required', code: 'schema_narrowed' }],
      effect: { newly_invalid: 1 },
    });
  });

  it.each([
    [{}, 'schema_invalid'],
    [{ schema: order, last: 0 }, 'schema_invalid'],
    [{ schema: order, last: 1_001 }, 'schema_invalid'],
    [{ schema: { type: 'text' } }, 'schema_invalid'],
  ])('cannot be asked with %j', async (body, code) => {
    expect(codeOf(await own('POST', '/order:new/check', body))).toEqual([422, code]);
  });
});

function summaryOf({ schema: _schema, remarks: _remarks, ...summary }: { readonly schema: unknown; readonly remarks: unknown }): object {
  return summary;
}
