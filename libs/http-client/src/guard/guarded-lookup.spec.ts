import type { LookupOptions } from 'node:dns';
import { describe, expect, it, vi } from 'vitest';
import { policyOf } from '../testing/policy-of.ts';
import type { EgressSettings } from './egress-policy.ts';
import { createGuardedLookup, type EgressRefusal } from './guarded-lookup.ts';
import type { AddressResolver } from './resolver.ts';

const PUBLIC = { address: '8.8.8.8', family: 4 } as const;
const PUBLIC_V6 = { address: '2606:4700:4700::1111', family: 6 } as const;
const PRIVATE = { address: '10.0.0.5', family: 4 } as const;
const LOOPBACK_V6 = { address: '::1', family: 6 } as const;

describe('the guarded lookup', () => {
  it('hands out permitted addresses only', async () => {
    expect(await lookUp('shop.test', [PRIVATE, PUBLIC, LOOPBACK_V6, PUBLIC_V6])).toEqual([PUBLIC, PUBLIC_V6]);
  });

  it('refuses when no address is permitted, and tells the operator alone which they were', async () => {
    const refusals: EgressRefusal[] = [];
    const outcome = await lookUp('Shop.test.', [PRIVATE, LOOPBACK_V6], { onRefused: (refusal) => refusals.push(refusal) });
    expect(outcome).toBe('not allowed by the egress policy');
    expect(refusals).toEqual([{ name: 'shop.test', addresses: ['10.0.0.5', '::1'] }]);
  });

  it.each([
    [{ all: true }, [PUBLIC, PUBLIC_V6]],
    [{ all: true, family: 6 }, [PUBLIC_V6]],
    [{ all: true, family: 'IPv4' as const }, [PUBLIC]],
    [{}, PUBLIC],
    [{ family: 0 }, PUBLIC],
    [{ family: 6 }, PUBLIC_V6],
    [{ family: 'IPv6' as const, all: false }, PUBLIC_V6],
  ])('answers in the form that was asked for: %j', async (options, expected) => {
    expect(await lookUp('shop.test', [PUBLIC, PUBLIC_V6], {}, options)).toEqual(expected);
  });

  it.each([
    ['has no address', [], { all: true }],
    ['has none of the family', [PUBLIC], { family: 6 }],
  ])('says so when the name %s', async (_case, found, options) => {
    expect(await lookUp('shop.test', found, {}, options)).toBe('the name has no address');
  });

  it('hands on what a vouched name resolves to', async () => {
    expect(await lookUp('crm.internal', [PRIVATE], { settings: { allow: ['crm.internal'] } })).toEqual([PRIVATE]);
  });

  it.each(['localhost', 'shop.localhost', 'LOCALHOST.'])('knows %s without asking', async (name) => {
    expect(await lookUp(name, [PUBLIC])).toBe('not allowed by the egress policy');
    expect(await lookUp(name, [PUBLIC], { settings: { allowLoopback: true } })).toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  });

  it('hands on the error of a failed lookup', async () => {
    const resolve = () => Promise.reject(new Error('getaddrinfo ENOTFOUND shop.test'));
    expect(await lookUp('shop.test', [], { resolve })).toBe('getaddrinfo ENOTFOUND shop.test');
  });

  it('does not wait for ever, and asks once for a name that many wait for', async () => {
    const resolve = vi.fn(() => new Promise<never>(() => undefined));
    const lookup = createGuardedLookup({ policy: policyOf({}), resolve, timeoutMs: 20 });
    const ask = (name: string) => new Promise((settle) => lookup(name, { all: true }, (error) => settle(error?.message)));
    expect(await Promise.all([ask('slow.test'), ask('SLOW.test'), ask('slow.test')])).toEqual(
      Array.from({ length: 3 }, () => 'the name was not resolved in time'),
    );
    expect(resolve.mock.calls).toEqual([['slow.test']]);
  });

  it('asks anew once a name was answered', async () => {
    const resolve = vi.fn(() => Promise.resolve([PUBLIC]));
    const lookup = createGuardedLookup({ policy: policyOf({}), resolve, timeoutMs: 1000 });
    const ask = () => new Promise((settle) => lookup('shop.test', {}, (_error, address) => settle(address)));
    expect([await ask(), await ask(), resolve.mock.calls.length]).toEqual(['8.8.8.8', '8.8.8.8', 2]);
  });
});

interface Circumstances {
  readonly settings?: EgressSettings;
  readonly resolve?: AddressResolver;
  readonly onRefused?: (refusal: EgressRefusal) => void;
}

/** What the lookup called back with: the error's message, or the address or addresses. */
function lookUp(
  name: string,
  found: Awaited<ReturnType<AddressResolver>>,
  { settings = {}, resolve = () => Promise.resolve(found), onRefused = () => undefined }: Circumstances = {},
  options: LookupOptions = { all: true },
): Promise<unknown> {
  const lookup = createGuardedLookup({ policy: policyOf(settings), resolve, timeoutMs: 1000, onRefused });
  return new Promise((settle) =>
    lookup(name, options, (error, address, family) =>
      settle(error?.message ?? (typeof address === 'string' ? { address, family } : address)),
    ),
  );
}
