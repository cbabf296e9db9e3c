import type { MappingDefinition } from '@crossdock/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problems } from '../input/problems.ts';
import { defaultOptions } from '../mappings/mapping-limits.ts';
import { service } from '../testing/fake-descriptors.ts';
import { testRules } from '../testing/rules.ts';
import { plannedMapping, recommendedMappings, type Recommended } from './recommended-mapping.ts';

const integration = { name: 'mandrill', url: 'https://mandrill.test' };
const few = <T>(...choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices);
const parts = {
  messages: few<readonly string[]>([], ['order:new'], ['order:new', 'order:updated']),
  filters: few<MappingDefinition['filters']>([], [{ path: 'payload.a', operator: 'present', match_rule: 'all' }]),
  identifiers: few<Readonly<Record<string, string>>>({}, { number: 'payload.number' }),
  options: few(defaultOptions, { ...defaultOptions, retries_allowed: false }),
  usage: few('', 'Adds orders.'),
  required: fc.boolean(),
};
const recommendations: fc.Arbitrary<Recommended> = fc.record({
  ...parts,
  service: fc.constant('add'),
  path: few('/add', '/v2/add'),
  parameters: few<readonly string[]>([], ['key'], ['key', 'zone']),
});
const definitions: fc.Arbitrary<MappingDefinition> = fc.record({
  ...parts,
  name: few('mandrill.add', 'mail.add'),
  enabled: fc.boolean(),
  paused: fc.boolean(),
  url: few('https://mandrill.test/add', 'https://mandrill.test/v2/add', 'https://proxy.test'),
  parameters: few<MappingDefinition['parameters']>([], ['key'], [{ name: 'key', value: 1 }]),
});

it('is the same when it is planned again', () => {
  fc.assert(
    fc.property(recommendations, recommendations, definitions, fc.boolean(), (now, before, current, enabled) => {
      const once = plannedMapping(now, { integration, enabled, current, before });
      expect(plannedMapping(now, { integration, enabled, current: once, before: now })).toEqual(once);
    }),
  );
});

it('is what a new one would be, where nobody changed anything', () => {
  fc.assert(
    fc.property(recommendations, recommendations, (now, before) => {
      const made = (recommended: Recommended): MappingDefinition =>
        plannedMapping(recommended, { integration, enabled: true, current: undefined, before: undefined });
      expect(plannedMapping(now, { integration, enabled: true, current: made(before), before })).toEqual(made(now));
    }),
  );
});

it('keeps what people changed, and gets every parameter that is required', () => {
  fc.assert(
    fc.property(recommendations, definitions, (now, current) => {
      // Nothing of it is as a signup made it.
      const before = { ...now, path: '/never', messages: ['x:y'], filters: [], identifiers: { z: 'z' }, parameters: ['z'], usage: 'z' };
      const planned = plannedMapping(now, { integration, enabled: current.enabled, current, before });
      const { messages, identifiers, usage, url, name, paused } = current;
      expect(planned).toMatchObject({ messages, identifiers, usage, url, name, paused, required: now.required });
      const names = planned.parameters.map((parameter) => (typeof parameter === 'string' ? parameter : parameter.name));
      expect(names).toEqual(expect.arrayContaining([...now.parameters]));
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

it('leaves out what cannot be used, and takes nothing else along', () => {
  const warnings = new Problems('mapping_invalid');
  const odd = service('add', {
    requires: { parameters: [{ name: 'a b', description: '', data_type: 'string', optional: false }] },
    recommends: {
      messages: ['order:new', 'No Type', 'order:new'],
      identifiers: { number: 'payload.number', broken: '' },
      filters: [
        { path: 'payload.a', operator: 'resembles', match_rule: 'all' },
        { path: 'payload.a', operator: 'present', match_rule: 'all' },
      ],
      options: { timeout: -1, retries_allowed: false },
    },
  });
  expect(recommendedMappings([service('other'), odd], testRules, warnings)[1]).toEqual({
    service: 'add',
    path: '/add',
    required: false,
    messages: ['order:new'],
    filters: [{ path: 'payload.a', operator: 'present', match_rule: 'all' }],
    identifiers: { number: 'payload.number' },
    parameters: [],
    options: { ...defaultOptions, retries_allowed: false },
    usage: 'Does add.',
  });
  expect(warnings.found.map(({ pointer }) => pointer)).toEqual([
    '/services/1/recommends/messages/1',
    '/services/1/recommends/identifiers/broken',
    '/services/1/recommends/filters/0',
    '/services/1/requires/parameters/0',
    '/services/1/recommends/options/timeout',
  ]);
});
