import type { EventType } from '@crossdock/core';
import { carriesPayload } from '../topics.ts';
import { factsSchemas } from './facts-schemas.ts';
import { count, id, time, type JsonSchema } from './json-schema.ts';

const payload: JsonSchema = {
  type: 'object',
  description:
    'The message as it was sent, byte for byte; absent where header `ce_payloadomitted` says so. Always the last member: header `ce_payloadoffset` says where it begins.',
};

/** The schema of the value of an event's record. Refers to `sharedSchemas` as `#/components/schemas/…`. */
export function recordSchemaOf(type: EventType): JsonSchema {
  return {
    type: 'object',
    required: ['stream', 'version', 'shard', 'position', 'at', 'type', 'facts'],
    properties: {
      stream: id('The message, delivery or notification that it happened to.'),
      version: count("The event's place in its stream, from 1 without a gap.", 1),
      shard: count('The shard of the log: the partition.'),
      position: count("The event's place in the shard, over all topics: header `pos`.", 1),
      at: time('When it happened'),
      type: { const: type },
      facts: factsSchemas[type],
      ...(carriesPayload.has(type) ? { payload } : {}),
    },
  };
}
