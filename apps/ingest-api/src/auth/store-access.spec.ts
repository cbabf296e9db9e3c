import type { Caller, StoreDirectory, StoreRecord, TokenVerifier } from '@crossdock/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { StoreAccess } from './store-access.ts';

const A = 'a'.repeat(24);
const B = 'b'.repeat(24);
const NOWHERE = 'c'.repeat(24);

const callers: Readonly<Record<string, Caller>> = { 'token-a': { kind: 'store', store: A }, admin: { kind: 'admin' } };
const verifier: TokenVerifier = { verify: (token) => Promise.resolve(callers[token] ?? { kind: 'unknown' }) };

class Directory implements StoreDirectory {
  lookups = 0;

  create(): Promise<never> {
    return Promise.reject(new TypeError('not here'));
  }

  find(id: string): Promise<StoreRecord | undefined> {
    this.lookups += 1;
    return Promise.resolve([A, B].includes(id) ? { id, name: id, createdAt: 0 } : undefined);
  }
}

let directory: Directory;
let access: StoreAccess;
beforeEach(() => {
  directory = new Directory();
  access = new StoreAccess(verifier, directory);
});

const outcome = async (token: string | undefined, store: string): Promise<unknown> => {
  try {
    return await access.callerFor(token === undefined ? {} : { 'x-augury-token': token }, store);
  } catch (error) {
    return error instanceof Error && 'code' in error && 'status' in error ? [error.status, error.code] : error;
  }
};

describe('StoreAccess', () => {
  it.each([
    ['nobody', undefined, A, [401, 'token_missing']],
    ['nobody, for no store', undefined, NOWHERE, [401, 'token_missing']],
    ['a stranger', 'guess', A, [401, 'token_invalid']],
    ['a stranger, for no store', 'guess', NOWHERE, [401, 'token_invalid']],
    ['a store', 'token-a', A, { kind: 'store', store: A }],
    ['a store, for another', 'token-a', B, [401, 'token_invalid']],
    ['a store, for no store', 'token-a', NOWHERE, [401, 'token_invalid']],
    ['an administrator', 'admin', B, { kind: 'admin' }],
    ['an administrator, for no store', 'admin', NOWHERE, [404, 'store_not_found']],
  ])('answers %s', async (_who, token, store, answer) => {
    expect(await outcome(token, store)).toEqual(answer);
  });

  it('looks a store up once for an administrator, and not at all for the store', async () => {
    await outcome('token-a', A);
    expect(directory.lookups).toBe(0);
    await outcome('admin', A);
    await outcome('admin', A);
    expect(directory.lookups).toBe(1);
    await outcome('admin', NOWHERE);
    await outcome('admin', NOWHERE);
    expect(directory.lookups).toBe(3);
  });

  it.each([
    [undefined, [401, 'token_missing']],
    ['guess', [401, 'token_invalid']],
    ['token-a', [403, 'admin_token_required']],
    ['admin', undefined],
  ])('lets only an administrator be one: %s', async (token, answer) => {
    const result = await access.admin(token === undefined ? {} : { 'x-augury-token': token }).catch((error: unknown) => error);
    expect(result instanceof Error && 'code' in result && 'status' in result ? [result.status, result.code] : result).toEqual(answer);
  });
});
