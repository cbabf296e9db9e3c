import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUrl, describeRefusal, type UrlRefusal } from './check-url.ts';
import { policyOf } from '../testing/policy-of.ts';
import type { EgressSettings } from './egress-policy.ts';

const address: UrlRefusal = 'address_not_allowed';
const name: UrlRefusal = 'name_not_allowed';
const port: UrlRefusal = 'port_not_allowed';
const broken: UrlRefusal = 'not_a_url';
const scheme: UrlRefusal = 'scheme_not_http';
const credentials: UrlRefusal = 'has_credentials';

describe('checkUrl', () => {
  it.each<[UrlRefusal, string]>([
    // Loopback, in every spelling that a socket would understand.
    [address, 'http://127.0.0.1/'],
    [address, 'http://127.0.0.1:8080/hook'],
    [address, 'https://127.255.255.254/'],
    [address, 'http://2130706433/'],
    [address, 'http://0x7f000001/'],
    [address, 'http://0x7f.1/'],
    [address, 'http://0X7F.0.0.0x1/'],
    [address, 'http://017700000001/'],
    [address, 'http://0177.0.0.01/'],
    [address, 'http://0177.0x0.0.1/'],
    [address, 'http://127.1/'],
    [address, 'http://127.0.1/'],
    [address, 'http://127.0.0.1./'],
    [address, 'http://127.1./'],
    [address, 'http://%31%32%37.0.0.1/'],
    [address, 'http://127%2E0%2E0%2E1/'],
    [address, 'http://１２７.０.０.１/'],
    [address, 'http://①②⑦.⓪.⓪.①/'],
    [address, 'http://127。0。0。1/'],
    [address, 'http://127．0．0．1/'],
    [address, 'http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/'],
    [address, ' http://127.0.0.1/ '],
    [address, 'http://127.0.\n0.1/'],
    [address, 'http:127.0.0.1/'],
    [address, 'http:///127.0.0.1/'],
    [address, 'http:\\\\127.0.0.1\\hook'],
    [address, 'hTTp://127.0.0.1#@example.com/'],
    [address, 'http://127.0.0.1?@example.com/'],
    [address, 'http://127.0.0.1\\@example.com/'],
    [address, 'http://0/'],
    [address, 'http://0.0.0.0:3000/'],
    [address, 'http://00000000000/'],
    [address, 'http://[::1]/'],
    [address, 'http://[0:0:0:0:0:0:0:1]:9000/'],
    [address, 'http://[::]/'],
    [address, 'http://[::ffff:127.0.0.1]/'],
    [address, 'http://[::ffff:7f00:1]/'],
    [address, 'http://[0:0:0:0:0:ffff:7f00:0001]/'],
    [address, 'http://[::127.0.0.1]/'],
    [address, 'http://[::ffff:0:127.0.0.1]/'],
    [address, 'http://[::FFFF:8.8.8.8]/'],
    // Private, shared, link-local.
    [address, 'http://10.0.0.1/'],
    [address, 'http://167772161/'],
    [address, 'http://172.16.0.1/'],
    [address, 'http://172.31.255.255/'],
    [address, 'http://192.168.1.1/admin'],
    [address, 'http://3232235777/'],
    [address, 'http://100.64.0.1/'],
    [address, 'http://169.254.169.254/latest/meta-data/'],
    [address, 'http://2852039166/latest/meta-data/'],
    [address, 'http://0xa9fea9fe/'],
    [address, 'http://[::ffff:a9fe:a9fe]/'],
    [address, 'http://[fd00:ec2::254]/latest/meta-data/'],
    [address, 'http://[fc00::1]/'],
    [address, 'http://[fe80::1]/'],
    [address, 'http://[fec0::1]/'],
    // Addresses that carry an IPv4 address inside.
    [address, 'http://[2002:7f00:1::]/'],
    [address, 'http://[2002:c0a8:101::1]/'],
    [address, 'http://[64:ff9b::7f00:1]/'],
    [address, 'http://[64:ff9b::169.254.169.254]/'],
    [address, 'http://[64:ff9b:1::a00:1]/'],
    [address, 'http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/'],
    // Special purposes.
    [address, 'http://192.0.0.8/'],
    [address, 'http://192.0.2.1/'],
    [address, 'http://192.88.99.1/'],
    [address, 'http://198.18.0.1/'],
    [address, 'http://198.19.255.255/'],
    [address, 'http://198.51.100.7/'],
    [address, 'http://203.0.113.9/'],
    [address, 'http://224.0.0.1/'],
    [address, 'http://239.255.255.250:1900/'],
    [address, 'http://240.0.0.1/'],
    [address, 'http://255.255.255.255/'],
    [address, 'http://4294967295/'],
    [address, 'http://[ff02::1]/'],
    [address, 'http://[100::1]/'],
    [address, 'http://[2001:db8::1]/'],
    [address, 'http://[3fff::1]/'],
    [address, 'http://[5f00::1]/'],
    [address, 'http://[4000::1]/'],
    // This machine by name.
    [name, 'http://localhost/'],
    [name, 'http://LOCALHOST:3000/'],
    [name, 'http://localhost./'],
    [name, 'http://app.localhost/'],
    [name, 'http://a.b.LocalHost./'],
    [name, 'http://%6cocalhost/'],
    [name, 'http://ｌocalhost/'],
    [name, 'http://ⓛocalhost/'],
    [name, 'http://local\u00adhost/'],
    // Ports of other protocols.
    [port, 'http://example.com:22/'],
    [port, 'http://example.com:25/'],
    [port, 'https://example.com:993/'],
    [port, 'http://example.com:1/'],
    [port, 'http://example.com:0/'],
    [port, 'http://example.com:0025/'],
    [port, 'http://example.com:1023/'],
    // Other protocols, credentials, no URL at all.
    [scheme, 'ftp://example.com/'],
    [scheme, 'file:///etc/passwd'],
    [scheme, 'gopher://127.0.0.1:6379/_FLUSHALL'],
    [scheme, 'javascript:alert(1)'],
    [scheme, 'data:text/plain,hello'],
    [scheme, 'ws://example.com/'],
    [scheme, 'blob:http://example.com/1'],
    [scheme, 'localhost:3000'],
    [credentials, 'http://user:password@example.com/'],
    [credentials, 'http://user@example.com/'],
    [credentials, 'http://:password@example.com/'],
    [credentials, 'http://example.com@127.0.0.1/'],
    [credentials, 'http://127.0.0.1:80@example.com/'],
    [broken, ''],
    [broken, '/hook'],
    [broken, '//example.com/hook'],
    [broken, 'example.com/hook'],
    [broken, 'http://'],
    [broken, 'http:///'],
    [broken, 'http://./'],
    [broken, 'http://example.com:99999/'],
    [broken, 'http://exa mple.com/'],
    [broken, 'http://[::1/'],
    [broken, 'http://[fe80::1%25eth0]/'],
    [broken, 'http://127.0.0.256/'],
    [broken, 'http://4294967296/'],
    [broken, 'http://0x7f.0.0.0.1/'],
    [broken, 'http://1.2.3.4.5/'],
    [broken, 'http://example.com%00.evil.test/'],
    ['too_long', `http://example.com/${'a'.repeat(8192)}`],
  ])('refuses (%s) %s', (reason, url) => {
    expect(checkUrl(url, policyOf({}))).toEqual({ ok: false, reason });
  });

  it.each([
    ['http://example.com/', 'http://example.com/'],
    ['https://example.com', 'https://example.com/'],
    ['https://example.com:8443/orders?a=1&b=%20#part', 'https://example.com:8443/orders?a=1&b=%20#part'],
    ['HTTPS://Shop.Example.COM:443/Hook', 'https://shop.example.com/Hook'],
    ['http://example.com:80/', 'http://example.com/'],
    ['http://example.com:443/', 'http://example.com:443/'],
    ['http://example.com:1024/', 'http://example.com:1024/'],
    ['http://example.com:65535/', 'http://example.com:65535/'],
    ['https://example.com./hook', 'https://example.com/hook'],
    ['https://büro.example/', 'https://xn--bro-hoa.example/'],
    ['https://my_shop.example.com/', 'https://my_shop.example.com/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://notlocalhost/', 'https://notlocalhost/'],
    ['https://127.0.0.1.example.com/', 'https://127.0.0.1.example.com/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['http://134744072/', 'http://8.8.8.8/'],
    ['http://100.63.255.255/', 'http://100.63.255.255/'],
    ['http://100.128.0.1/', 'http://100.128.0.1/'],
    ['http://172.15.255.255/', 'http://172.15.255.255/'],
    ['http://172.32.0.1/', 'http://172.32.0.1/'],
    ['http://192.167.255.255/', 'http://192.167.255.255/'],
    ['http://223.255.255.255/', 'http://223.255.255.255/'],
    ['http://[2606:4700:4700::1111]/', 'http://[2606:4700:4700::1111]/'],
    ['https://[2A00:1450:4001:0800::200E]:8443/', 'https://[2a00:1450:4001:800::200e]:8443/'],
    ['https://user-agent.example.com/a@b:c', 'https://user-agent.example.com/a@b:c'],
    [`https://example.com/${'a'.repeat(8000)}`, `https://example.com/${'a'.repeat(8000)}`],
  ])('accepts %s', (url, href) => {
    expect(accepted(url, {})).toBe(href);
  });

  it.each<[string, EgressSettings]>([
    ['http://127.0.0.1:3000/', { allowLoopback: true }],
    ['http://127.8.8.8/', { allowLoopback: true }],
    ['http://[::1]:3000/', { allowLoopback: true }],
    ['http://localhost:3000/', { allowLoopback: true }],
    ['http://shop.localhost/', { allowLoopback: true }],
    ['http://10.2.3.4/', { allow: ['10.2.0.0/16'] }],
    ['http://10.2.3.4/', { allow: ['10.2.3.4'] }],
    ['http://[fd00:1::5]/', { allow: ['fd00:1::/32'] }],
    ['http://example.com:25/', { ports: [25] }],
  ])('accepts %s where the installation allows it: %j', (url, settings) => {
    expect(accepted(url, settings)).toBe(url);
  });

  it.each<[UrlRefusal, string, EgressSettings]>([
    [address, 'http://10.3.0.1/', { allow: ['10.2.0.0/16'] }],
    [address, 'http://0.0.0.0/', { allowLoopback: true }],
    [address, 'http://169.254.169.254/', { allowLoopback: true }],
    [address, 'http://127.0.0.2/', { allow: ['127.0.0.1'] }],
    [name, 'http://localhost/', { allow: ['127.0.0.1'] }],
    [port, 'http://127.0.0.1:22/', { allowLoopback: true }],
    [port, 'http://example.com:26/', { ports: [25] }],
  ])('still refuses (%s) %s with %j', (reason, url, settings) => {
    expect(checkUrl(url, policyOf(settings))).toEqual({ ok: false, reason });
  });

  it('refuses an inside address in every spelling of an IPv4 address', () => {
    const inside = fc.constantFrom(0x00000000, 0x0a000000, 0x7f000000, 0xa9fe0000, 0xac100000, 0xc0a80000);
    const low = fc.integer({ min: 0, max: 0xffff });
    const spelling = fc.constantFrom(...Object.values(spellings));
    fc.assert(
      fc.property(inside, low, spelling, fc.constantFrom('', '.'), (net, host, spell, dot) => {
        expect(checkUrl(`http://${spell((net | host) >>> 0)}${dot}/`, policyOf({}))).toEqual({ ok: false, reason: address });
      }),
    );
  });

  it('never throws, and lets nothing but http without credentials through, whatever the text', () => {
    const binary = fc.string({ unit: 'binary' });
    const hostile = fc.oneof(
      binary,
      fc.webUrl(),
      binary.map((text) => `http://${text}`),
      fc.tuple(binary, binary).map(([a, b]) => `https://${a}@${b}/`),
    );
    const policy = policyOf({});
    fc.assert(
      fc.property(hostile, (text) => {
        const checked = checkUrl(text, policy);
        if (!checked.ok) return;
        const { protocol, username, password, hostname } = checked.url;
        const literal = hostname.replace(/^\[|\]$/g, '');
        expect([['http:', 'https:'].includes(protocol), username, password]).toEqual([true, '', '']);
        expect(isIP(literal) === 0 || policy.permitsAddress(literal)).toBe(true);
      }),
    );
  });
});

describe('describeRefusal', () => {
  it('has a sentence of its own for every reason', () => {
    const reasons = [address, name, port, broken, scheme, credentials, 'too_long'] as const;
    const sentences = reasons.map(describeRefusal);
    expect(new Set(sentences).size).toBe(reasons.length);
    expect(sentences.every((sentence) => sentence.endsWith('.'))).toBe(true);
  });
});

const octets = (value: number): [number, number, number, number] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

const spellings = {
  dotted: (value: number) => octets(value).join('.'),
  decimal: (value: number) => String(value),
  hex: (value: number) => `0x${value.toString(16)}`,
  octal: (value: number) => `0${value.toString(8)}`,
  hexOctets: (value: number) =>
    octets(value)
      .map((octet) => `0x${octet.toString(16)}`)
      .join('.'),
  octalOctets: (value: number) =>
    octets(value)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
  twoParts: (value: number) => `${value >>> 24}.${value & 0xffffff}`,
  threeParts: (value: number) => `${value >>> 24}.${(value >>> 16) & 255}.${value & 0xffff}`,
  fullWidth: (value: number) =>
    octets(value)
      .join('.')
      .replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
};

function accepted(url: string, settings: EgressSettings): string {
  const checked = checkUrl(url, policyOf(settings));
  return checked.ok ? checked.url.href : checked.reason;
}
