import { beforeEach, describe, expect, it } from 'vitest';
import { newStore, StoreClient, type ApiError } from '../hub.ts';
import { call, type Answer } from '../http.ts';
import type { Scenario } from '../scenario.ts';

const url = 'https://example.com/orders';
const codeOf = ({ status, json }: Answer): readonly [number, string] => [status, (json as ApiError).code];
const fieldsOf = ({ json }: Answer): readonly string[] => Object.keys((json as ApiError).errors ?? {});
const filters = (...all: readonly Readonly<Record<string, unknown>>[]) => ({ filters: all });

export const setupScenario: Scenario = (system) => {
  describe('setting up', () => {
    let store: StoreClient;
    beforeEach(async () => {
      store = await newStore(system());
    });

    describe('stores', () => {
      const post = async (token: string, body: unknown): Promise<Answer> =>
        await call(`${system().api}/api/stores`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token === '' ? {} : { 'x-augury-token': token }) },
          body: JSON.stringify(body),
        });

      it('are made by an administrator, and get a token of their own', async () => {
        const made = await post(system().adminToken, { name: 'Shoes' });
        expect([made.status, made.json]).toMatchObject([201, { name: 'Shoes', id: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown }]);
        const { id, token } = made.json as { readonly id: string; readonly token: string };
        const shown = await new StoreClient(system(), id, token).request('GET', '');
        expect(shown.json).toMatchObject({ id, name: 'Shoes' });
        expect(shown.text).not.toContain(token);
      });

      it('are made by nobody else', async () => {
        expect(codeOf(await post(store.token, { name: 'Shoes' }))).toEqual([403, 'admin_token_required']);
        expect(codeOf(await post('', { name: 'Shoes' }))).toEqual([401, 'token_missing']);
        expect(codeOf(await post('guess', { name: 'Shoes' }))).toEqual([401, 'token_invalid']);
        expect(codeOf(await post(system().adminToken, { name: '' }))).toEqual([422, 'store_invalid']);
      });
    });

    describe('mappings', () => {
      it('are made, shown, changed and removed', async () => {
        const made = await store.map('warehouse.add', ['order:new'], url, {
          token: 'a-long-secret-token',
          usage: 'Sends orders to the warehouse.',
        });
        expect(made).toMatchObject({
          store_id: store.id,
          enabled: true,
          filters: [],
          identifiers: {},
          token: '****oken',
          options: { max_attempts: 10, timeout: 180 },
        });
        expect(await store.read(`/mappings/${made.id}`)).toEqual(made);
        expect(await store.read('/mappings')).toEqual([made]);

        const changed = await store.request('PUT', `/mappings/${made.id}`, {
          options: { max_attempts: 3 },
          filters: [{ path: 'payload.a', operator: 'present' }],
        });
        expect(changed.status).toBe(200);
        expect(changed.json).toMatchObject({
          id: made.id,
          url,
          messages: ['order:new'],
          token: '****oken',
          options: { max_attempts: 3, timeout: 180 },
          filters: [{ path: 'payload.a', operator: 'present', match_rule: 'all' }],
        });

        const removed = await store.request('DELETE', `/mappings/${made.id}`);
        expect([removed.status, removed.text]).toEqual([200, '']);
        expect(codeOf(await store.request('GET', `/mappings/${made.id}`))).toEqual([404, 'mapping_not_found']);
        expect(codeOf(await store.request('DELETE', `/mappings/${made.id}`))).toEqual([404, 'mapping_not_found']);
        expect(await store.read('/mappings')).toEqual([]);
      });

      it('can be sent as the original’s clients send them', async () => {
        const answer = await store.request('POST', '/mappings', { mapping: { name: 'warehouse.add', messages: [], url } });
        expect([answer.status, answer.json]).toMatchObject([201, { name: 'warehouse.add' }]);
      });

      it.each<readonly [what: string, part: Readonly<Record<string, unknown>>, code: string, field: string]>([
        ['no name', { name: null }, 'mapping_invalid', 'name'],
        ['a name without a dot', { name: 'warehouse' }, 'mapping_invalid', 'name'],
        ['no URL', { url: null }, 'mapping_url_invalid', 'url'],
        ['a URL that is none', { url: 'warehouse' }, 'mapping_url_invalid', 'url'],
        ['a URL of another protocol', { url: 'ftp://example.com/' }, 'mapping_url_invalid', 'url'],
        ['a password in the URL', { url: 'https://me:secret@example.com/' }, 'mapping_url_invalid', 'url'],
        ['messages that are no list', { messages: 'order:new' }, 'mapping_messages_invalid', 'messages'],
        ['an illegal type', { messages: ['order:new', 'Order'] }, 'mapping_messages_invalid', 'messages.1'],
        ['an unknown operator', filters({ path: 'payload.a', operator: 'is', value: 1 }), 'filter_operator_unknown', 'filters.0.operator'],
        ['an empty path', filters({ path: '', operator: 'present' }), 'filter_path_empty', 'filters.0.path'],
        ['a path that is none', filters({ path: 'payload..a', operator: 'present' }), 'filter_path_invalid', 'filters.0.path'],
        ['gt of a text', filters({ path: 'payload.a', operator: 'gt', value: 'much' }), 'filter_value_invalid', 'filters.0.value'],
        ['an invalid regex', filters({ path: 'payload.a', operator: 'match', value: '(a' }), 'mapping_regex_invalid', 'filters.0.value'],
        [
          'a regex that only backtracking can run',
          filters({ path: 'payload.a', operator: 'match', value: '(a+)\\1' }),
          'mapping_regex_invalid',
          'filters.0.value',
        ],
        [
          'a regex with look-around',
          filters({ path: 'payload.a', operator: 'match', value: '^(?!a).*$' }),
          'mapping_regex_invalid',
          'filters.0.value',
        ],
        [
          'a regex that explodes when compiled',
          filters({ path: 'payload.a', operator: 'match', value: '((a{1,100}){1,100}){1,100}' }),
          'mapping_regex_invalid',
          'filters.0.value',
        ],
        [
          'a regex that is too long',
          filters({ path: 'payload.a', operator: 'match', value: 'a'.repeat(300) }),
          'mapping_regex_too_long',
          'filters.0.value',
        ],
        ['filters that are no list', { filters: {} }, 'filters_invalid', 'filters'],
        ['identifiers that are no object', { identifiers: ['a'] }, 'identifiers_invalid', 'identifiers'],
        ['an identifier without a path', { identifiers: { number: '' } }, 'identifier_path_empty', 'identifiers.number'],
        ['a time-out beyond the bound', { options: { timeout: 100_000 } }, 'mapping_options_invalid', 'options.timeout'],
        ['a token that is no header', { token: 'a\nb' }, 'mapping_invalid', 'token'],
        ['an unknown member', { retries: 5 }, 'mapping_invalid', 'retries'],
      ])('with %s are refused', async (_what, part, code, field) => {
        const answer = await store.request('POST', '/mappings', { name: 'warehouse.add', messages: ['order:new'], url, ...part });
        expect([codeOf(answer), fieldsOf(answer)]).toEqual([[422, code], [field]]);
        expect(await store.read('/mappings')).toEqual([]);
      });

      it('are refused with everything that is wrong, and a change leaves them as they were', async () => {
        const made = await store.map('warehouse.add', ['order:new'], url);
        const answer = await store.request('PUT', `/mappings/${made.id}`, {
          url: 'no',
          filters: [{ path: '', operator: 'is' }],
          options: { timeout: -1 },
        });
        expect(codeOf(answer)).toEqual([422, 'mapping_invalid']);
        expect([...fieldsOf(answer)].sort()).toEqual(['filters.0.operator', 'filters.0.path', 'options.timeout', 'url']);
        expect(await store.read(`/mappings/${made.id}`)).toEqual(made);
      });

      it('have names of their own', async () => {
        await store.map('warehouse.add', [], url);
        expect(codeOf(await store.request('POST', '/mappings', { name: 'warehouse.add', messages: [], url }))).toEqual([
          422,
          'mapping_name_taken',
        ]);
        await (await newStore(system())).map('warehouse.add', [], url);
      });

      it.each([
        'http://169.254.169.254/latest/meta-data/',
        'http://10.0.0.1/',
        'http://172.16.5.4/',
        'http://192.168.1.1/',
        'http://100.100.100.200/',
        'http://0.0.0.0/',
        'http://[::ffff:169.254.169.254]/',
        'http://[fd00:ec2::254]/',
        'http://[fe80::1]/',
        'http://2852039166/',
        'http://0xa9fea9fe/',
        'http://0251.0376.0251.0376/',
        'http://224.0.0.1/',
        'https://example.com:22/',
      ])('do not lead to %s', async (inside) => {
        const answer = await store.request('POST', '/mappings', { name: 'warehouse.add', messages: ['order:new'], url: inside });
        expect([codeOf(answer), fieldsOf(answer)]).toEqual([[422, 'mapping_url_blocked'], ['url']]);
      });
    });

    describe('parameters', () => {
      it('are made, shown, changed and removed', async () => {
        const made = await store.setParameter('shop.limit', 5);
        expect(made).toMatchObject({ store_id: store.id, name: 'shop.limit', value: 5, data_type: 'integer', secret: false });
        expect(await store.read(`/parameters/${made.id}`)).toEqual(made);
        const changed = await store.request('PUT', `/parameters/${made.id}`, { value: '7' });
        expect([changed.status, changed.json]).toMatchObject([200, { value: 7, data_type: 'integer' }]);
        expect(codeOf(await store.request('PUT', `/parameters/${made.id}`, { value: 'many' }))).toEqual([422, 'parameter_value_mismatch']);
        expect(codeOf(await store.request('POST', '/parameters', { name: 'shop.limit', value: 1 }))).toEqual([422, 'parameter_name_taken']);
        expect(codeOf(await store.request('POST', '/parameters', { value: 1 }))).toEqual([422, 'parameter_invalid']);
        const removed = await store.request('DELETE', `/parameters/${made.id}`);
        expect([removed.status, removed.text]).toEqual([200, '']);
        expect(codeOf(await store.request('GET', `/parameters/${made.id}`))).toEqual([404, 'parameter_not_found']);
        expect(await store.parameters()).toEqual([]);
      });

      it('that are secret show a mask, and can be sent back', async () => {
        const made = await store.setParameter('shop.key', 'sk-live-123', { secret: true });
        expect(made.value).toBe('****');
        const answer = await store.request('PUT', `/parameters/${made.id}`, { ...made, name: 'shop.api_key' });
        expect([answer.status, answer.json]).toMatchObject([200, { name: 'shop.api_key', value: '****' }]);
      });
    });

    it('is nobody else’s matter', async () => {
      const mapping = await store.map('warehouse.add', ['order:new'], url);
      const parameter = await store.setParameter('a', 1);
      const other = await newStore(system());
      for (const [path, code] of [
        [`/mappings/${mapping.id}`, 'mapping_not_found'],
        [`/parameters/${parameter.id}`, 'parameter_not_found'],
      ] as const) {
        for (const method of ['GET', 'PUT', 'DELETE']) {
          expect(codeOf(await other.request(method, path, method === 'PUT' ? {} : undefined))).toEqual([404, code]);
        }
      }
      for (const path of ['/mappings', '/parameters', '/queues', '/notifications', '/available_messages', '']) {
        const answer = await call(`${system().api}/api/stores/${store.id}${path}`, { headers: { 'x-augury-token': other.token } });
        expect(codeOf(answer)).toEqual([401, 'token_invalid']);
      }
      expect(await store.read('/mappings')).toEqual([mapping]);
    });

    describe('with what is not JSON', () => {
      it.each([
        ['', 400, 'body_not_json'],
        ['[]', 400, 'body_not_object'],
        ['{"name":', 400, 'body_not_json'],
        [`{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400, 'body_too_deep'],
      ])('%.20s is refused', async (body, code, error) => {
        for (const path of ['/mappings', '/parameters']) expect(codeOf(await store.request('POST', path, body))).toEqual([code, error]);
      });
    });
  });
};
