import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { newId, openRegistry, type OpenRegistry } from '../testing/open-registry.ts';
import { newToken } from './token-text.ts';
import { Tokens, type TokensOptions } from './tokens.ts';

let database: TestDatabase;
let open: OpenRegistry;
let now = 0;
let tokens: Tokens;
const opened: Tokens[] = [];

const openTokens = (options: Partial<TokensOptions> = {}): Tokens => {
  const made = new Tokens({ database: open.database, now: () => now, environment: 'test', ...options });
  opened.push(made);
  return made;
};

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
});
beforeEach(() => {
  now = 0;
  tokens = openTokens();
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await open.close();
  await database.drop();
});

const rowOf = async (id: string): Promise<unknown> =>
  (
    await open.database.query('select store_id is null as admin, hash, last_used_at is not null as used from api_token where id = $1', [id])
  )[0];

describe('Tokens', () => {
  it('knows the token of a store, and keeps nothing of it but a hash', async () => {
    const { store, token } = await open.stores.create('A store');
    expect(await open.stores.find(store.id)).toEqual(store);
    expect(await tokens.verify(token)).toEqual({ kind: 'store', store: store.id });
    const stored = await open.database.query('select t::text from api_token t');
    expect(JSON.stringify(stored)).not.toContain(token.split('_')[3]);
  });

  it('knows nobody else', async () => {
    const { token } = await open.stores.create('A store');
    const other = newToken('test').text;
    const sameId = `${token.slice(0, -7)}_000000`;
    expect(await Promise.all(['', 'x', other, sameId, 'x'.repeat(10_000)].map((text) => tokens.verify(text)))).toEqual(
      Array.from({ length: 5 }, () => ({ kind: 'unknown' })),
    );
  });

  it('does not take a token with the id of another', async () => {
    const { token } = await open.stores.create('A store');
    const id = token.split('_')[2] ?? '';
    await open.database.query('update api_token set hash = $2 where id = $1', [id, newToken('test').hash]);
    expect(await tokens.verify(token)).toEqual({ kind: 'unknown' });
  });

  it('forgets a revoked token within a second, and remembers an unknown one no longer', async () => {
    const { store, token } = await open.stores.create('A store');
    const second = await tokens.issue(store.id);
    expect([await tokens.verify(token), await tokens.verify(second)]).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'store', store: store.id })),
    );
    expect([await tokens.revoke(token), await tokens.revoke(token), await tokens.revoke(newToken('test').text)]).toEqual([
      true,
      false,
      false,
    ]);
    now = 999;
    expect(await tokens.verify(token)).toEqual({ kind: 'store', store: store.id });
    now = 1_000;
    expect([await tokens.verify(token), await tokens.verify(second)]).toEqual([{ kind: 'unknown' }, { kind: 'store', store: store.id }]);
    await open.database.query('insert into api_token (id, store_id, hash) values ($1, $2, sha256($3))', [
      token.split('_')[2],
      `${store.id}00000000`,
      Buffer.from(token),
    ]);
    now = 2_001;
    expect(await tokens.verify(token)).toEqual({ kind: 'store', store: store.id });
  });

  it('asks the database once for many checks at once', async () => {
    const { token } = await open.stores.create('A store');
    let queries = 0;
    const counting = new Proxy(open.database, {
      get: (target, name) => {
        if (name !== 'query') return Reflect.get(target, name) as unknown;
        return (...args: Parameters<typeof target.query>) => {
          queries += 1;
          return target.query(...args);
        };
      },
    });
    const counted = openTokens({ database: counting });
    await Promise.all(Array.from({ length: 50 }, () => counted.verify(token)));
    await counted.verify(token);
    expect(queries).toBe(1);
  });

  it('writes down that a token was used', async () => {
    const { token } = await open.stores.create('A store');
    const id = token.split('_')[2] ?? '';
    const used = openTokens();
    await used.verify(token);
    expect(await rowOf(id)).toMatchObject({ used: false });
    await used.close();
    expect(await rowOf(id)).toMatchObject({ used: true });
  });

  it('answers a remembered token within microseconds', async () => {
    const { token } = await open.stores.create('A store');
    const rounds = 20_000;
    let best = Infinity;
    for (let run = 0; run < 10; run += 1) {
      const started = performance.now();
      for (let round = 0; round < rounds; round += 1) await tokens.verify(token);
      best = Math.min(best, ((performance.now() - started) / rounds) * 1_000);
    }
    expect(best).toBeLessThan(10);
  });

  it('refuses an environment that would spoil the form of tokens', () => {
    expect(() => openTokens({ environment: 'my_env' })).toThrow('lower case letters and digits');
  });
});

describe('ensureAdminToken', () => {
  it('makes one where there is none, and then leaves it', async () => {
    const made = await tokens.ensureAdminToken();
    expect(made).toMatchObject({ kind: 'created' });
    expect(await tokens.ensureAdminToken()).toEqual({ kind: 'present' });
    expect(await tokens.verify(made.kind === 'created' ? made.token : '')).toEqual({ kind: 'admin' });
  });

  it('takes a given one, as often as it is given', async () => {
    const { text } = newToken('live');
    expect([await tokens.ensureAdminToken(text), await tokens.ensureAdminToken(text)]).toEqual([{ kind: 'present' }, { kind: 'present' }]);
    expect(await tokens.verify(text)).toEqual({ kind: 'admin' });
  });

  it('refuses one that somebody could guess, and one whose id is taken', async () => {
    expect(await tokens.ensureAdminToken('changeme')).toMatchObject({ kind: 'refused' });
    const { token } = await open.stores.create('A store');
    expect(await tokens.ensureAdminToken(token)).toMatchObject({ kind: 'refused' });
    expect(await tokens.verify(token)).toMatchObject({ kind: 'store' });
  });
});

it('finds no store by what is no id', async () => {
  expect(await Promise.all([newId(), 'x', '', "'; drop table store; --"].map((id) => open.stores.find(id)))).toEqual(
    Array(4).fill(undefined),
  );
});
