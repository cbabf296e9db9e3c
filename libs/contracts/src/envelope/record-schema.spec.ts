import { isJsonObject, type EventType, type JsonObject } from '@crossdock/core';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { carriesPayload, topicOf } from '../topics.ts';
import { encodeRecord } from './record-codec.ts';
import { recordSchemaOf } from './record-schema.ts';
import { sampleRecords } from './sample-records.ts';
import { sharedSchemas } from './shared-schemas.ts';

const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false, keywords: ['components'] });
const types = Object.keys(topicOf) as EventType[];
const validatorOf = (type: EventType) => ajv.compile({ ...recordSchemaOf(type), components: { schemas: sharedSchemas } });
const validators = new Map(types.map((type) => [type, validatorOf(type)]));

function valueOf(type: EventType): JsonObject {
  const { value } = encodeRecord(sampleRecords[type], { maxValueBytes: 1 << 20 });
  return JSON.parse(Buffer.from(value).toString()) as JsonObject;
}

/** What is wrong with a value of this type, by place. */
function wrong(type: EventType, value: unknown): readonly string[] {
  const validate = validators.get(type);
  return validate?.(value) === true ? [] : (validate?.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

/** The object with one of the members inside taken away or replaced. */
function changed(
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  change: (parent: JsonObject, name: string) => JsonObject,
): JsonObject {
  const inner = object[name];
  return rest.length > 0 && isJsonObject(inner) ? { ...object, [name]: changed(inner, rest, change) } : change(object, name);
}
const without = (object: JsonObject, path: readonly string[]): JsonObject =>
  changed(object, path, (parent, name) => Object.fromEntries(Object.entries(parent).filter(([member]) => member !== name)));

describe.each(types)('the schema of %s', (type) => {
  const value = valueOf(type);
  const required = ((recordSchemaOf(type)['properties'] as { facts: { required: string[] } }).facts.required ?? []).map((name) => [
    'facts',
    name,
  ]);

  it('takes its record', () => {
    expect(wrong(type, value)).toEqual([]);
  });

  it('takes members that a later version adds', () => {
    expect(wrong(type, { ...value, later: 1, facts: { ...(value['facts'] as JsonObject), later: { a: [1] } } })).toEqual([]);
  });

  it('refuses a record that lacks a member which every such record has', () => {
    const envelope = ['stream', 'version', 'shard', 'position', 'at', 'type', 'facts'].map((name) => [name]);
    expect(required.length).toBeGreaterThanOrEqual(3);
    for (const path of [...envelope, ...required]) {
      const parent = path.length > 1 ? '/facts' : '';
      expect(wrong(type, without(value, path)), path.join('.')).toEqual([`${parent} required`]);
    }
  });

  it('refuses a fact of another kind', () => {
    for (const path of required) {
      const odd = changed(value, path, (parent, name) => ({ ...parent, [name]: [null] }));
      expect(wrong(type, odd), path.join('.')).not.toEqual([]);
    }
  });

  it('is about this type alone', () => {
    expect(wrong(type, { ...value, type: 'message.departed' })).toEqual(['/type const']);
  });

  it('knows every fact of the sample', () => {
    const { facts } = recordSchemaOf(type)['properties'] as { facts: { properties: object } };
    expect(Object.keys(facts.properties)).toEqual(expect.arrayContaining(Object.keys(value['facts'] as object)));
  });
});

describe('the schemas inside facts', () => {
  it.each<[EventType, string, JsonObject]>([
    [
      'message.routed',
      '/facts/reasons/0 required',
      { reasons: [{ code: 'filter_failed', mapping: '5f1000000000000000000a02', name: 'a.b' }] },
    ],
    [
      'message.routed',
      '/facts/reasons/0 required',
      {
        reasons: [{ code: 'duplicate_identifier', mapping: '5f1000000000000000000a02', name: 'a.b', earlier: '5f1000000000000000000a02' }],
      },
    ],
    ['message.routed', '/facts/sent/0/delivery pattern', { sent: [{ mapping: '5f1000000000000000000a02', name: 'a.b', delivery: 'R1' }] }],
    ['message.invalid', '/facts/errors/0 required', { errors: [{ pointer: '', code: 'x' }] }],
    ['delivery.failed', '/facts/attempt required', { attempt: { startedAt: 1, durationMs: 1, url: 'http://a' } }],
    ['delivery.succeeded', '/facts/notifications/0/level enum', { notifications: [{ level: 'fatal', subject: '', description: '' }] }],
  ])('refuse what %s cannot say: %s', (type, problem, facts) => {
    const value = valueOf(type);
    expect(wrong(type, { ...value, facts: { ...(value['facts'] as JsonObject), ...facts } })).toContain(problem);
  });

  it('let values through that a later version may add', () => {
    const value = valueOf('message.routed');
    const reasons = [{ code: 'out_of_season', mapping: '5f1000000000000000000a02', name: 'a.b' }];
    expect(wrong('message.routed', { ...value, facts: { ...(value['facts'] as JsonObject), reasons } })).toEqual([]);
  });
});

it('a payload stands in the schemas of the records that carry one', () => {
  for (const type of types) {
    expect(Object.hasOwn(recordSchemaOf(type)['properties'] as object, 'payload')).toBe(carriesPayload.has(type));
    expect(Object.hasOwn(valueOf(type), 'payload')).toBe(carriesPayload.has(type));
  }
});
