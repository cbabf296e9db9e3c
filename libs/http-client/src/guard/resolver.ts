import { promises as dns } from 'node:dns';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name, best first. Rejects with Node's DNS errors (`code`: ENOTFOUND, EAI_AGAIN ...). */
export type AddressResolver = (name: string) => Promise<readonly ResolvedAddress[]>;

/** Asks as every other program of the machine does: hosts file, search domains, name servers. Each running lookup holds a thread. */
export const systemResolver: AddressResolver = async (name) => {
  const found = await dns.lookup(name, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** Asks name servers over the network without holding threads; knows neither the hosts file nor search domains. */
export function networkResolver(resolver: Pick<dns.Resolver, 'resolve4' | 'resolve6'>): AddressResolver {
  return async (name) => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found: ResolvedAddress[] = [];
    if (v4.status === 'fulfilled') found.push(...v4.value.map((address) => ({ address, family: 4 as const })));
    if (v6.status === 'fulfilled') found.push(...v6.value.map((address) => ({ address, family: 6 as const })));
    if (found.length === 0 && v4.status === 'rejected') throw v4.reason;
    return found;
  };
}
