import type { LookupFunction } from 'node:net';
import { EgressError } from './egress-error.ts';
import type { EgressPolicy } from './egress-policy.ts';
import { canonicalName, isLocalhost } from './host-name.ts';
import type { AddressResolver, ResolvedAddress } from './resolver.ts';

/** A name whose addresses were all refused. For the operator's log only: it tells facts of the inside network. */
export interface EgressRefusal {
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface GuardedLookupOptions {
  readonly policy: EgressPolicy;
  readonly resolve: AddressResolver;
  readonly timeoutMs: number;
  readonly onRefused?: (refusal: EgressRefusal) => void;
}

type Found = { readonly error: Error } | { readonly addresses: readonly ResolvedAddress[] };

const LOOPBACK: readonly ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * A `lookup` for sockets that hands out permitted addresses only. The socket connects to what it is handed, so a name that resolves
 * differently a moment later (DNS rebinding) changes nothing.
 */
export function createGuardedLookup(options: GuardedLookupOptions): LookupFunction {
  const { policy, onRefused } = options;
  const resolve = shared(options.resolve);

  const permitted = async (name: string): Promise<Found> => {
    if (isLocalhost(name)) return policy.allowLoopback ? { addresses: LOOPBACK } : { error: new EgressError('refused') };
    const found = await resolve(name);
    if (policy.vouchesFor(name)) return { addresses: found };
    const addresses = found.filter(({ address }) => policy.permitsAddress(address));
    if (addresses.length > 0 || found.length === 0) return { addresses };
    onRefused?.({ name, addresses: found.map(({ address }) => address) });
    return { error: new EgressError('refused') };
  };

  return (hostname, { all, family }, callback) => {
    const wanted = familyNumber(family);
    let done = false;
    const finish = (found: Found): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      const addresses = 'error' in found ? [] : found.addresses.filter((each) => wanted === 0 || each.family === wanted);
      const error = 'error' in found ? found.error : new EgressError('not_found');
      const [first] = addresses;
      // Outside of the promise, so that what the socket throws is not taken for a failed lookup.
      if (first === undefined) process.nextTick(callback, error, '', 0);
      else if (all === true) process.nextTick(callback, null, addresses);
      else process.nextTick(callback, null, first.address, first.family);
    };
    const timer = setTimeout(() => finish({ error: new EgressError('lookup_timeout') }), options.timeoutMs);
    permitted(canonicalName(hostname)).then(finish, (error: unknown) => finish({ error: asError(error) }));
  };
}

/** Joins lookups of one name that run at the same time: a name that answers slowly holds one thread, not one per connection. */
function shared(resolve: AddressResolver): AddressResolver {
  const running = new Map<string, Promise<readonly ResolvedAddress[]>>();
  return (name) => {
    const known = running.get(name);
    if (known !== undefined) return known;
    const started = resolve(name).finally(() => running.delete(name));
    running.set(name, started);
    return started;
  };
}

function familyNumber(family: number | 'IPv4' | 'IPv6' | undefined): number {
  if (family === 'IPv4') return 4;
  if (family === 'IPv6') return 6;
  return family ?? 0;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('name lookup failed', { cause: error });
}
