import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../testing/policy-of.ts';
import { describePolicy, parseEgressPolicy, type EgressSettings } from './egress-policy.ts';

describe('parseEgressPolicy', () => {
  it('keeps what was asked for, without blanks', () => {
    const { allowLoopback, allow, ports } = policyOf({ allow: [' 10.2.0.0/16', '', 'CRM.internal.'], ports: [25] });
    expect({ allowLoopback, allow, ports }).toEqual({ allowLoopback: false, allow: ['10.2.0.0/16', 'CRM.internal.'], ports: [25] });
  });

  it.each([
    'http://crm.internal',
    'crm.internal:8080',
    'crm.internal/path',
    '10.2.0.0/33',
    '10.2/16',
    '0x7f.1',
    '*',
    '*.',
    '*.10.0.0.1',
    'a.*.internal',
    'crm internal',
    'user@crm.internal',
    '[::1]',
    'fe80::1%eth0',
    '-crm.internal',
  ])('reports the entry %s', (entry) => {
    const parsed = parseEgressPolicy({ allow: ['10.0.0.1', entry] });
    expect(parsed).toEqual({
      ok: false,
      problems: [
        `egress allow entry '${entry}' is not an address (10.2.0.7), a range (10.2.0.0/16) or a host name (crm.internal, *.internal). ` +
          'Write it without scheme, port or path.',
      ],
    });
  });

  it('reports every wrong entry at once, and how to allow this machine', () => {
    expect(parseEgressPolicy({ allow: ['localhost', 'a b', '*.localhost'], ports: [0, 443, 65536, 1.5] })).toEqual({
      ok: false,
      problems: [
        "egress allow entry 'localhost': this machine is not allowed by name. Allow loopback (development only) instead.",
        expect.stringContaining("'a b'"),
        "egress allow entry '*.localhost': this machine is not allowed by name. Allow loopback (development only) instead.",
        'egress port 0 is not a port. Write a whole number from 1 to 65535.',
        'egress port 65536 is not a port. Write a whole number from 1 to 65535.',
        'egress port 1.5 is not a port. Write a whole number from 1 to 65535.',
      ],
    });
  });

  it.each([
    ['crm.internal', true],
    ['a.crm.internal', false],
    ['x.cluster.local', true],
    ['a.b.cluster.local', true],
    ['cluster.local', false],
    ['evilcluster.local', false],
    ['example.com', false],
  ])('vouches for %s: %s', (name, vouched) => {
    expect(policyOf({ allow: ['CRM.internal', '*.cluster.local', '10.0.0.0/8'] }).vouchesFor(name)).toBe(vouched);
  });
});

describe('describePolicy', () => {
  it.each<[EgressSettings, string]>([
    [{}, 'Requests go to public addresses, on ports 80, 443 and 1024 and above.'],
    [
      { allow: ['10.2.0.0/16', 'crm.internal'], ports: [25, 443] },
      'Requests go to public addresses, and to 10.2.0.0/16, crm.internal, on ports 80, 443, 25 and 1024 and above.',
    ],
    [
      { allowLoopback: true },
      'Requests go to public addresses, on ports 80, 443 and 1024 and above. Requests to this machine (loopback) are allowed: for development only.',
    ],
  ])('%j', (settings, sentence) => {
    expect(describePolicy(policyOf(settings))).toBe(sentence);
  });
});

describe('permitted addresses', () => {
  const strict = policyOf({});
  // Every border of every range that ipaddr.js knows, besides addresses drawn at random.
  const specials = fc.constantFrom(
    '0.0.0.0',
    '10.0.0.0',
    '100.64.0.0',
    '127.0.0.0',
    '169.254.0.0',
    '172.16.0.0',
    '192.0.0.0',
    '192.0.2.0',
    '192.31.196.0',
    '192.52.193.0',
    '192.88.99.0',
    '192.168.0.0',
    '192.175.48.0',
    '198.18.0.0',
    '198.51.100.0',
    '203.0.113.0',
    '224.0.0.0',
    '240.0.0.0',
  );
  const near = fc
    .tuple(specials, fc.integer({ min: 0, max: 32 }), fc.integer({ min: -1, max: 1 }))
    .map(([base, bit, step]) => (toNumber(base) + 2 ** bit + step) >>> 0);
  const v4 = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), near).map(toDotted);

  it('are, for IPv4, exactly those that ipaddr.js calls unicast', () => {
    fc.assert(
      fc.property(v4, (address) => {
        expect([address, strict.permitsAddress(address)]).toEqual([address, ipaddr.IPv4.parse(address).range() === 'unicast']);
      }),
      { numRuns: 5000 },
    );
  });

  const group = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.constantFrom(0, 1, 2, 3, 4, 0x10, 0x20, 0x30, 0x112, 0x1ff, 0x200, 0xdb8, 0x8000, 0xffff),
  );
  const first = fc.oneof(
    group,
    fc.integer({ min: 0x2000, max: 0x3fff }),
    fc.constantFrom(0x64, 0x100, 0x2001, 0x2002, 0x2620, 0x3fff, 0x5f00, 0xfc00, 0xfe80, 0xfec0, 0xff00),
  );
  const v6 = fc
    .tuple(first, fc.oneof(group, fc.constantFrom(0x4f, 0xff9b)), fc.array(group, { minLength: 6, maxLength: 6 }))
    .map(([a, b, rest]) => [a, b, ...rest].map((part) => part.toString(16)).join(':'));

  it('are never, for IPv6, ones that ipaddr.js calls anything but unicast', () => {
    fc.assert(
      fc.property(v6, (address) => {
        if (ipaddr.IPv6.parse(address).range() !== 'unicast') expect([address, strict.permitsAddress(address)]).toEqual([address, false]);
      }),
      { numRuns: 5000 },
    );
  });

  it('are, inside 2000::/3, all that ipaddr.js calls unicast', () => {
    fc.assert(
      fc.property(v6, (address) => {
        fc.pre(/^[23][0-9a-f]{3}:/.test(address));
        expect([address, strict.permitsAddress(address)]).toEqual([address, ipaddr.IPv6.parse(address).range() === 'unicast']);
      }),
      { numRuns: 2000 },
    );
  });

  it('are never IPv4 addresses dressed as IPv6', () => {
    fc.assert(
      fc.property(v4, fc.constantFrom('::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'), (address, prefix) => {
        expect(strict.permitsAddress(prefix + address)).toBe(false);
      }),
    );
  });
});

function toNumber(dotted: string): number {
  return dotted.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function toDotted(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}
