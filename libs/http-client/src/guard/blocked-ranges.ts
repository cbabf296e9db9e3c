import { AddressSet } from './address-set.ts';

/**
 * Ranges of IANA's special-purpose registries, and multicast: nothing that sells anything lives there, and much that must not be
 * reached from outside does.
 */
const BLOCKED_V4 = [
  '0.0.0.0/8', // this host; Linux connects 0.0.0.0 to itself
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
] as const;

/**
 * Global unicast addresses are all in 2000::/3, so everything else is refused in three strokes: `::`, `::1`, IPv4-mapped, -compatible
 * and -translated, NAT64, discard, unique local, link-local, site-local, multicast, and whatever is assigned there tomorrow.
 */
const BLOCKED_V6 = [
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID, AMT, AS112
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: carries an IPv4 address
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
] as const;

/** Addresses that no request may go to unless the egress policy allows them. */
export const blockedAddresses: AddressSet = new AddressSet([...BLOCKED_V4, ...BLOCKED_V6]);
