import { describe, expect, it } from 'vitest';
import { AddressSet, isRange } from './address-set.ts';

describe('AddressSet', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::10.1.2.3', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fc12::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    // One BlockList for both families would say true here.
    ['::/3', '8.8.8.8', false],
    ['::ffff:0:0/96', '8.8.8.8', false],
    ['10.0.0.0/8', 'not an address', false],
  ])('%s holds %s: %s', (range, address, held) => {
    expect(new AddressSet([range]).has(address)).toBe(held);
  });
});

describe('isRange', () => {
  it.each([
    ['10.0.0.1', true],
    ['10.0.0.0/8', true],
    ['10.0.0.0/0', true],
    ['10.0.0.0/32', true],
    ['fd00::/8', true],
    ['::1/128', true],
    ['10.0.0.0/33', false],
    ['fd00::/129', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/-1', false],
    ['10.0.0.0/8.5', false],
    ['10.0.0.0/0x8', false],
    ['10.0.0.0/8/8', false],
    ['10.0/8', false],
    ['fe80::1%eth0', false],
    ['crm.internal', false],
    ['', false],
  ])('%s: %s', (text, valid) => {
    expect(isRange(text)).toBe(valid);
  });
});
