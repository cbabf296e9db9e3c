import type { EventType } from '@crossdock/core';
import type { JsonSchema } from '../envelope/json-schema.ts';
import { headerNames, recordTypeOf, type HeaderName } from '../envelope/record-headers.ts';
import { carriesPayload } from '../topics.ts';

/** Header values are texts, numbers included. */
const value = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });
const number = (description: string): JsonSchema => value(description, { pattern: '^(0|[1-9][0-9]*)$' });

const always: Readonly<Record<HeaderName, JsonSchema>> = {
  'content-type': value('Of the value.', { const: 'application/json' }),
  ce_specversion: value('Version of CloudEvents.', { const: '1.0' }),
  ce_id: value('`<stream>.<version>`: one event has one id, however often its record comes.'),
  ce_source: value('`/crossdock/stores/<store id>`: together with `ce_id` unique over all hubs of one owner.'),
  ce_type: value('`crossdock.<event type>.v<schema version>`.'),
  ce_time: value('When it happened, RFC 3339 with milliseconds.', { format: 'date-time' }),
  ce_subject: value('The stream: the message, delivery or notification that it happened to.'),
  ce_partitionkey: value('The record key.'),
  ce_storeid: value('The store that it belongs to.'),
  ce_rootid: value('The message at the root of the lineage.'),
  pos: number(
    "Position in the shard's log, which all topics share. Rises within a partition, with gaps; drop what is not above the last one seen.",
  ),
  prev: number(
    "Position of this topic's previous record in the partition, 0 before the first: above the last one seen, something is missing.",
  ),
  epoch: number(
    "Incarnation of the shard's log. Another one: another log, or this one put back to an earlier state; positions mean nothing across them.",
  ),
};

const atTimes = {
  ce_payloadoffset: number("Byte of the value at which the payload begins; it ends before the value's last byte, a brace."),
  ce_payloadomitted: value('The payload was too large for the topic: ask the hub for it by the id of the message.', { const: '1' }),
} as const;

/** What the headers of every record have in common. */
export const headersSchema: JsonSchema = {
  type: 'object',
  required: headerNames,
  properties: always,
};

/** The headers of one event's records. */
export function headersSchemaOf(type: EventType): JsonSchema {
  return {
    type: 'object',
    allOf: [{ $ref: '#/components/schemas/RecordHeaders' }],
    properties: { ce_type: { type: 'string', const: recordTypeOf[type] }, ...(carriesPayload.has(type) ? atTimes : {}) },
  };
}
