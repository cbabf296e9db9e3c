import { promises as dns } from 'node:dns';
import { codeOf } from '@crossdock/kit';
import type { EgressPolicy } from './egress-policy.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name, best first. Rejects with Node's DNS errors (`code`: ENOTFOUND, EAI_AGAIN ...). */
export type AddressResolver = (name: string) => Promise<readonly ResolvedAddress[]>;

/** RFC 8305: IPv6 addresses that come later than this after the IPv4 ones are not waited for. */
const RESOLUTION_DELAY_MS = 50;
const QUERY_TIMEOUT_MS = 2_000;
const QUERY_TRIES = 2;
/** What name servers say of a name that only this machine knows; the last: there is no name server. */
const UNKNOWN_TO_NAME_SERVERS = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/** Asks as every other program of the machine does: hosts file, search domains, name servers. Each running lookup holds a thread. */
export const systemResolver: AddressResolver = async (name) => {
  const found = await dns.lookup(name, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** Asks name servers over the network without holding threads; knows neither the hosts file nor search domains. */
export function networkResolver(resolver: Pick<dns.Resolver, 'resolve4' | 'resolve6'>): AddressResolver {
  return async (name) => {
    const later = settled(resolver.resolve6(name), 6);
    const v4 = await settled(resolver.resolve4(name), 4);
    const v6 = v4.addresses.length > 0 ? await atMost(RESOLUTION_DELAY_MS, later) : await later;
    const addresses = [...v4.addresses, ...(v6?.addresses ?? [])];
    if (addresses.length === 0 && v4.error !== undefined) throw v4.error;
    return addresses;
  };
}

/**
 * The resolver of a sender. Two names whose name servers are silent would hold both threads that Node has for lookups, and with them
 * everybody's new connections; so strangers' names are asked over the network first, and the machine only about names that name
 * servers do not know. In development, and for names the installation vouches for, the machine is asked at once.
 */
export function resolverFor(
  policy: EgressPolicy,
  network: AddressResolver = networkResolver(new dns.Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES })),
  system: AddressResolver = systemResolver,
): AddressResolver {
  if (policy.allowLoopback) return system;
  return async (name) => {
    if (policy.vouchesFor(name) || !name.includes('.')) return system(name);
    try {
      return await network(name);
    } catch (error) {
      if (UNKNOWN_TO_NAME_SERVERS.has(codeOf(error) ?? '')) return system(name);
      throw error;
    }
  };
}

interface Settled {
  readonly addresses: readonly ResolvedAddress[];
  readonly error?: unknown;
}

function settled(query: Promise<readonly string[]>, family: 4 | 6): Promise<Settled> {
  return query.then(
    (found) => ({ addresses: found.map((address) => ({ address, family })) }),
    (error: unknown) => ({ addresses: [], error }),
  );
}

/** The promise's value, or nothing if it takes longer. */
async function atMost<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((settle) => {
    timer = setTimeout(settle, ms, undefined);
  });
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}
