import { topicOf } from '@crossdock/contracts';
import type { RecordToPublish, StoredEvent } from '@crossdock/core';
import { carriedPayloads, carriesPayload, type CarriedPayloadsParts } from './carried-payloads.ts';

/** Records for one call, and where their topics stand behind it. */
export interface RelayBatch {
  readonly records: readonly RecordToPublish[];
  readonly topics: ReadonlyMap<string, number>;
  /** Records that should carry a payload which nobody has any more. */
  readonly bare: readonly RecordToPublish[];
}

/** Payloads read in one go: those of deliveries have sizes that nobody knows before. */
const PAYLOADS = 64;
/** What a record costs beside its facts and its payload: headers, and the members of its envelope. */
const RECORD_BYTES = 700;

/** Turns events into records: as many as fit into `maxBytes`, and one in any case. */
export async function buildBatch(
  parts: CarriedPayloadsParts,
  events: readonly StoredEvent[],
  from: { readonly epoch: number; readonly topics: ReadonlyMap<string, number>; readonly maxBytes: number },
): Promise<RelayBatch> {
  const topics = new Map<string, number>();
  const records: RecordToPublish[] = [];
  const bare: RecordToPublish[] = [];
  let bytes = 0;
  for (let start = 0; start < events.length;) {
    const slice = nextSlice(events, start, from.maxBytes - bytes);
    const payloads = await carriedPayloads(parts, slice);
    for (const event of slice) {
      const payload = payloads.get(event.position);
      bytes += weightOf(event) + (payload?.length ?? 0);
      if (bytes > from.maxBytes && records.length > 0) return { records, topics, bare };
      const topic = topicOf[event.event.type];
      const previous = topics.get(topic) ?? from.topics.get(topic) ?? 0;
      const record: RecordToPublish = { ...event, topic, previous, epoch: from.epoch, payload };
      topics.set(topic, event.position);
      records.push(record);
      if (payload === undefined && carriesPayload(event)) bare.push(record);
    }
    start += slice.length;
  }
  return { records, topics, bare };
}

/** The next events whose payloads are read together: not more than may fit, as far as that is known. */
function nextSlice(events: readonly StoredEvent[], start: number, room: number): readonly StoredEvent[] {
  let payloads = 0;
  let bytes = 0;
  for (let end = start; end < events.length; end += 1) {
    const event = events[end];
    if (event === undefined) break;
    if (event.event.type === 'message.received') bytes += event.event.bytes;
    if (carriesPayload(event)) payloads += 1;
    if (payloads > PAYLOADS || (bytes > room && end > start)) return events.slice(start, end);
  }
  return events.slice(start);
}

/** About how many bytes the record of an event has without its payload. */
export function weightOf({ event }: StoredEvent): number {
  return RECORD_BYTES + textIn(event);
}

function textIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let sum = 0;
  for (const [name, member] of Object.entries(value)) sum += name.length + 4 + textIn(member);
  return sum;
}
