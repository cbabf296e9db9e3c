import type { DecodedRecord, RawRecord } from '@crossdock/contracts';
import type { LogRecord, RejectedRecord, Subscription } from '@crossdock/core';
import type { KafkaMessage } from 'kafkajs';
import { headersOf, rejectedRecord } from './rejected-record.ts';

/** Where a consumer stands in a shard: everything up to `position` is done. */
export interface Place {
  readonly position: number;
  /** The log's incarnation, as records say; 0 before the first. */
  readonly epoch: number;
}

export interface Partition {
  readonly subscription: Pick<Subscription, 'group' | 'topic' | 'maxRecords' | 'isIrrelevant'>;
  readonly shard: number;
  /** Whether the log has this shard: on other partitions nothing is ours. */
  readonly isKnown: boolean;
  readonly decode: (raw: RawRecord) => DecodedRecord;
  readonly now: () => number;
  /** Values of so many bytes together make a chunk full. */
  readonly chunkBytes: number;
}

/** What is done in one transaction, and how far that is in the messages. */
export interface Chunk {
  readonly kind: 'chunk';
  readonly records: readonly LogRecord[];
  readonly rejected: readonly RejectedRecord[];
  /** Where the consumer stands behind it. */
  readonly place: Place;
  /** Index of the first message behind it. */
  readonly next: number;
}

/** The next record follows one that never came: the log has to be read up to there first. */
export interface Hole {
  readonly kind: 'hole';
  readonly until: number;
}

/** From here on the log is of a newer incarnation: where the consumer stood in the old one means nothing. */
export interface Renewed {
  readonly kind: 'renewed';
  readonly epoch: number;
}

/** Rejected records carry excerpts: no more of them at once. */
const MOST_REJECTED = 100;

/**
 * Takes messages of a partition, from the one at `from`, until they fill a chunk. Skips what is done already and what an earlier
 * incarnation of the log said; stops before a hole and before a newer incarnation, and says so when that is where it begins.
 */
export function planChunk(messages: readonly KafkaMessage[], from: number, start: Place, partition: Partition): Chunk | Hole | Renewed {
  const records: LogRecord[] = [];
  const rejected: RejectedRecord[] = [];
  let place = start;
  let bytes = 0;
  let next = from;
  for (let message = messages[next]; message !== undefined && hasRoom(records, rejected, bytes, partition); message = messages[next]) {
    const decoded = read(message, partition);
    if (!decoded.ok) rejected.push(rejectedRecord(message, decoded.problems, origin(partition)));
    else {
      const stop = stopBefore(decoded, place);
      if (stop !== undefined) return next === from ? stop : { kind: 'chunk', records, rejected, place, next };
      const isNew = isBehind(decoded, place);
      if (isNew) place = { position: decoded.record.position, epoch: decoded.epoch };
      if (isNew && partition.subscription.isIrrelevant?.(decoded.record) !== true) records.push(decoded.record);
    }
    bytes += message.value?.length ?? 0;
    next += 1;
  }
  return { kind: 'chunk', records, rejected, place, next };
}

function hasRoom(
  records: readonly unknown[],
  rejected: readonly unknown[],
  bytes: number,
  { subscription, chunkBytes }: Partition,
): boolean {
  return records.length < subscription.maxRecords && rejected.length < MOST_REJECTED && bytes < chunkBytes;
}

interface Decoded {
  readonly record: LogRecord;
  readonly epoch: number;
}

/** Whether a record is news: neither done already nor of a log that is no more. */
function isBehind({ record, epoch }: Decoded, place: Place): boolean {
  return epoch >= place.epoch && record.position > place.position;
}

function stopBefore(decoded: Decoded, place: Place): Hole | Renewed | undefined {
  const { record, epoch } = decoded;
  if (place.epoch > 0 && epoch > place.epoch) return { kind: 'renewed', epoch };
  return isBehind(decoded, place) && record.previous > place.position ? { kind: 'hole', until: record.previous } : undefined;
}

const origin = ({ subscription, shard, now }: Partition): Pick<RejectedRecord, 'group' | 'topic' | 'partition' | 'rejectedAt'> => ({
  group: subscription.group,
  topic: subscription.topic,
  partition: shard,
  rejectedAt: now(),
});

function read(message: KafkaMessage, { subscription, shard, isKnown, decode }: Partition): DecodedRecord {
  if (!isKnown) return { ok: false, problems: [`partition: the log has no shard ${shard}.`] };
  return decode({ topic: subscription.topic, partition: shard, headers: headersOf(message), value: message.value });
}
