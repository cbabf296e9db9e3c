import { expect, it } from 'vitest';
import { builtInType, builtInTypes, typeAliases } from './message-types.ts';
import { isMessageType, isPoll } from './message-type-name.ts';

it('lists the built-in types sorted, once each, without aliases', () => {
  expect(builtInTypes).toEqual([...new Set(builtInTypes)].toSorted());
  expect(builtInTypes.flatMap((type) => typeAliases(type).slice(1)).filter((alias) => builtInTypes.includes(alias))).toEqual([]);
  expect(builtInTypes).toHaveLength(29);
});

it.each([
  ['order:updated', ['order:updated', 'order:update']],
  ['order:canceled', ['order:canceled', 'order:cancel', 'order:cancelled']],
  ['shipment:confirm', ['shipment:confirm', 'shipment:confirmation', 'shipment:confirmed']],
])('gives all names of %s, whichever of them is asked for', (type, names) => {
  for (const name of names) expect([typeAliases(name), builtInType(name)?.type]).toEqual([names, type]);
});

it.each(['order:new', 'acme:thing:happened', 'constructor', '__proto__'])('knows %s by no other name', (type) => {
  expect(typeAliases(type)).toEqual([type]);
});

it('takes every built-in name for a legal one', () => {
  expect(builtInTypes.flatMap(typeAliases).filter((name) => !isMessageType(name))).toEqual([]);
});

it.each(['a:b', 'spree:stock_transfer:poll', 'a1_.-:0_.-', 'order:2fa', `a:${'b'.repeat(253)}`])('takes %s for a legal name', (name) => {
  expect(isMessageType(name)).toBe(true);
});

it.each([
  '',
  'order',
  'order:',
  ':new',
  'order::new',
  'Order:new',
  'order:New',
  '1a:b',
  'a:_b',
  'a b:c',
  'a:b\n',
  'ä:b',
  `a:${'b'.repeat(254)}`,
])('takes %j for no name', (name) => {
  expect(isMessageType(name)).toBe(false);
});

it('decides hostile names quickly', () => {
  const name = `a${':a'.repeat(126)}`;
  const before = performance.now();
  for (let i = 0; i < 1000; i++) expect(isMessageType(`${name}!`)).toBe(false);
  expect(performance.now() - before).toBeLessThan(2000);
});

it('tells polls by their last part', () => {
  expect(['endpoint:poll', 'acme:carts:poll', 'poll:new', 'order:polling'].map(isPoll)).toEqual([true, true, false, false]);
});
