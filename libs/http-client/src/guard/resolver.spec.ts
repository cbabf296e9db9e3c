import type { promises as dns } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DnsServer } from '../testing/dns-server.ts';
import { policyOf } from '../testing/policy-of.ts';
import type { EgressSettings } from './egress-policy.ts';
import { networkResolver, resolverFor, systemResolver, type AddressResolver } from './resolver.ts';

const here = { address: '127.0.0.1', family: 4 } as const;
const there = { address: '8.8.8.8', family: 4 } as const;

describe('the network resolver', () => {
  let names: DnsServer;

  beforeEach(async () => {
    names = await DnsServer.start({
      'shop.test': { a: [['8.8.8.8', '9.9.9.9']] },
      'empty.test': {},
      'silent.test': { silent: true },
    });
  });

  afterEach(() => names.stop());

  it('gives all addresses', async () => {
    expect(await networkResolver(names.resolver)('shop.test')).toEqual([there, { address: '9.9.9.9', family: 4 }]);
  });

  it('does not wait for IPv6 addresses that do not come', async () => {
    const resolve4 = () => Promise.resolve(['8.8.8.8']);
    const resolve6 = () => new Promise<never>(() => undefined);
    expect(await networkResolver({ resolve4, resolve6 } as unknown as dns.Resolver)('half.test')).toEqual([there]);
  });

  it.each([
    ['empty.test', 'ENODATA'],
    ['nowhere.test', 'ENOTFOUND'],
  ])('fails for %s with %s', async (name, code) => {
    await expect(networkResolver(names.resolver)(name)).rejects.toMatchObject({ code });
  });

  it('is not held up by names whose servers are silent', async () => {
    const resolve = networkResolver(names.resolver);
    const silent = Promise.allSettled(Array.from({ length: 20 }, () => resolve('silent.test')));
    const first = await Promise.race([silent.then(() => 'the silent ones'), resolve('shop.test').then(() => 'the other')]);
    expect(first).toBe('the other');
    names.resolver.cancel();
    await silent;
  });
});

describe('the system resolver', () => {
  it('knows the names of this machine', async () => {
    expect(await systemResolver('localhost')).toContainEqual(here);
  });
});

describe('the resolver of a sender', () => {
  const system: AddressResolver = () => Promise.resolve([here]);
  const network: AddressResolver = () => Promise.resolve([there]);
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  it.each<[string, EgressSettings, string, typeof here | typeof there]>([
    ['the network about strangers', {}, 'shop.test', there],
    ['the machine in development', { allowLoopback: true }, 'shop.test', here],
    ['the machine about names it vouches for', { allow: ['crm.internal'] }, 'crm.internal', here],
    ['the machine about names without a dot', {}, 'crm', here],
  ])('asks %s', async (_case, settings, name, found) => {
    expect(await resolverFor(policyOf(settings), network, system)(name)).toEqual([found]);
  });

  it.each(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'])('asks the machine where name servers say %s', async (code) => {
    expect(await resolverFor(policyOf({}), failing(code), system)('shop.test')).toEqual([here]);
  });

  it.each(['ETIMEOUT', 'ESERVFAIL', 'EREFUSED'])('does not hold a thread where name servers fail with %s', async (code) => {
    await expect(resolverFor(policyOf({}), failing(code), system)('shop.test')).rejects.toMatchObject({ code });
  });
});
