import type { Mapping, Parameter } from '@crossdock/core';
import { mapping } from '@crossdock/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexByType } from '../mappings/compile-mapping.ts';
import { followMappings, followParameters } from './follow-changes.ts';

const aliases = (type: string): readonly string[] => (type.startsWith('a:') ? ['a:1', 'a:2'] : [type]);
const type = fc.constantFrom('a:1', 'a:2', 'b:1', 'c:1');
/** Who is changed, and to which types; null: it is removed. */
const change = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.option(fc.array(type, { minLength: 1, maxLength: 3 })));

it('following changes comes to the same as putting everything in order anew', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), (rounds) => {
      let routes = {
        mappings: new Map() as ReadonlyMap<string, Mapping>,
        subscribed: new Map() as ReadonlyMap<string, readonly Mapping[]>,
      };
      for (const round of rounds) {
        const changes = new Map(
          round.map(([n, messages]) => {
            const changed = mapping(String(n), { messages: messages ?? [] });
            return [changed.id, messages === null ? undefined : changed] as const;
          }),
        );
        const before = JSON.stringify([...routes.subscribed]);
        const after = followMappings(routes, changes, aliases);
        expect(after.subscribed).toEqual(indexByType(after.mappings, aliases));
        expect(JSON.stringify([...routes.subscribed])).toBe(before);
        for (const [id, changed] of changes) expect(after.mappings.get(id)).toBe(changed);
        routes = after;
      }
    }),
    { numRuns: 500 },
  );
});

it('lists of types that nobody’s change concerns stay the same objects, as do those of everybody where nothing changed', () => {
  const many = Array.from({ length: 20 }, (_, n) => mapping(String(n + 1), { messages: [n < 10 ? 'b:1' : 'c:1'] }));
  const mappings = new Map(many.map((each) => [each.id, each]));
  const routes = { mappings, subscribed: indexByType(mappings, aliases) };
  const changed = mapping('3', { messages: ['a:1'] });
  const after = followMappings(routes, new Map([[changed.id, changed]]), aliases);
  expect(after.subscribed.get('c:1')).toBe(routes.subscribed.get('c:1'));
  expect(after.subscribed.get('a:2')).toEqual([changed]);
  expect(after.subscribed.get('b:1')).toHaveLength(9);
  expect(followMappings(routes, new Map(), aliases)).toEqual(routes);
});

it('parameters follow by id, whatever they are called now', () => {
  const parameter = (id: string, name: string): Parameter => ({ id, name, dataType: 'string', value: id });
  const former = new Map([parameter('1', 'a'), parameter('2', 'b'), parameter('3', 'c')].map((each) => [each.name, each]));
  const swapped = new Map([
    ['1', parameter('1', 'b')],
    ['2', parameter('2', 'a')],
    ['3', undefined],
  ]);
  expect(followParameters(former, swapped)).toEqual(
    new Map([
      ['b', parameter('1', 'b')],
      ['a', parameter('2', 'a')],
    ]),
  );
  expect(followParameters(former, new Map())).toBe(former);
});
