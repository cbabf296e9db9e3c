import { BlockList, isIP } from 'node:net';

/**
 * A set of IP addresses made of ranges. The families are kept apart: one `BlockList` with both matches IPv4 addresses against
 * wide IPv6 ranges (`::/3` would hold `8.8.8.8`).
 */
export class AddressSet {
  readonly #v4 = new BlockList();
  readonly #v6 = new BlockList();

  /** Ranges as `address` or `address/prefix`. Throws on anything that `isRange` refuses. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const { address, prefix, family } = splitRange(range);
      if (family === 4) this.#v4.addSubnet(address, prefix, 'ipv4');
      else this.#v6.addSubnet(address, prefix, 'ipv6');
    }
  }

  /** Is this address (any spelling that `net.isIP` accepts) in the set? An IPv4-mapped IPv6 address is also looked up as its IPv4 address. */
  has(address: string): boolean {
    const bare = withoutZone(address);
    switch (isIP(bare)) {
      case 4:
        return this.#v4.check(bare, 'ipv4');
      case 6:
        return this.#v6.check(bare, 'ipv6') || this.#v4.check(bare, 'ipv6');
      default:
        return false;
    }
  }
}

/** Is this text an address or `address/prefix`? */
export function isRange(text: string): boolean {
  const { prefix, family, extra } = splitRange(text);
  return family !== 0 && !extra && Number.isInteger(prefix) && prefix >= 0 && prefix <= (family === 4 ? 32 : 128);
}

function splitRange(text: string): { address: string; prefix: number; family: number; extra: boolean } {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = address.includes('%') ? 0 : isIP(address);
  const full = family === 4 ? 32 : 128;
  const digits = prefix === undefined ? full : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return { address, prefix: digits, family, extra: rest.length > 0 };
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}
