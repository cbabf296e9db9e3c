import { carriesPayload, topicOf } from '@crossdock/contracts';
import type { RecordToPublish, StoredEvent } from '@crossdock/core';
import { carriedPayloads, type CarriedPayloadsParts } from './carried-payloads.ts';

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

export interface BatchStart {
  readonly epoch: number;
  /** Where the topics stand before. */
  readonly topics: ReadonlyMap<string, number>;
  readonly maxBytes: number;
}

/** Turns events into records: as many as fit into `maxBytes`, and one in any case. */
export async function buildBatch(parts: CarriedPayloadsParts, events: readonly StoredEvent[], from: BatchStart): Promise<RelayBatch> {
  const draft = new Draft(from);
  for (let start = 0; start < events.length;) {
    const slice = nextSlice(events, start, from.maxBytes - draft.bytes);
    const payloads = await carriedPayloads(parts, slice);
    for (const event of slice) if (!draft.add(event, payloads.get(event.position))) return draft;
    start += slice.length;
  }
  return draft;
}

class Draft implements RelayBatch {
  readonly records: RecordToPublish[] = [];
  readonly topics = new Map<string, number>();
  readonly bare: RecordToPublish[] = [];
  readonly #from: BatchStart;
  bytes = 0;

  constructor(from: BatchStart) {
    this.#from = from;
  }

  /** Answers whether it fits. */
  add(event: StoredEvent, payload: Uint8Array | undefined): boolean {
    const bytes = this.bytes + weightOf(event) + (payload?.length ?? 0);
    if (bytes > this.#from.maxBytes && this.records.length > 0) return false;
    const { stream, version, shard, position, at } = event;
    const topic = topicOf[event.event.type];
    const previous = this.topics.get(topic) ?? this.#from.topics.get(topic) ?? 0;
    const { epoch } = this.#from;
    // Named one by one: spreading an event costs ten times as much.
    const record: RecordToPublish = { stream, version, shard, position, at, event: event.event, topic, previous, epoch, payload };
    this.bytes = bytes;
    this.topics.set(topic, position);
    this.records.push(record);
    if (payload === undefined && carriesPayload.has(event.event.type)) this.bare.push(record);
    return true;
  }
}

/** The next events whose payloads are read together: not more than may fit, as far as that is known. */
function nextSlice(events: readonly StoredEvent[], start: number, room: number): readonly StoredEvent[] {
  let payloads = 0;
  let bytes = 0;
  for (let end = start; end < events.length; end += 1) {
    const event = events[end];
    if (event === undefined) break;
    if (event.event.type === 'message.received') bytes += event.event.bytes;
    if (carriesPayload.has(event.event.type)) payloads += 1;
    if (payloads > PAYLOADS || (bytes > room && end > start)) return events.slice(start, end);
  }
  return events.slice(start);
}

/** About how many bytes the record of an event has without its payload. */
export function weightOf({ event }: StoredEvent): number {
  return RECORD_BYTES + textIn(event);
}

/** Characters in a value, names included: a walk costs a fraction of what writing the JSON would. */
function textIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let sum = 0;
  // oxlint-disable-next-line guard-for-in -- facts are plain objects, and this loop makes no arrays
  for (const name in value) sum += name.length + 4 + textIn((value as Readonly<Record<string, unknown>>)[name]);
  return sum;
}
