import type { DecodedRecord, RawRecord } from '@crossdock/contracts';
import type { LogRecord, RejectedRecord, Subscription } from '@crossdock/core';
import type { KafkaMessage } from 'kafkajs';
import { headersOf, rejectedRecord } from './rejected-record.ts';

export interface Partition {
  readonly subscription: Pick<Subscription, 'group' | 'topic' | 'maxRecords' | 'isIrrelevant'>;
  readonly shard: number;
  /** The log's incarnation; undefined where the log has no such shard, and nothing on the partition is ours. */
  readonly epoch: number | undefined;
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
  /** How many records are of another log, or of an earlier incarnation of this one. */
  readonly foreign: number;
  /** Where the consumer stands behind it: everything up to this position is done. */
  readonly end: number;
  /** Index of the first message behind it. */
  readonly next: number;
}

/** The next record follows one that never came: the log has to be read up to there first. */
export interface Hole {
  readonly kind: 'hole';
  readonly until: number;
}

/** Rejected records carry excerpts: no more of them at once. */
const MOST_REJECTED = 100;

/**
 * Takes messages of a partition, from the one at `from`, until they fill a chunk. Passes over what is done already, up to `position`,
 * and what is of another log: topics may outlive databases. Stops before a hole, and says so when that is where it begins.
 */
export function planChunk(messages: readonly KafkaMessage[], from: number, position: number, partition: Partition): Chunk | Hole {
  const records: LogRecord[] = [];
  const rejected: RejectedRecord[] = [];
  let foreign = 0;
  let end = position;
  let bytes = 0;
  let next = from;
  for (let message = messages[next]; message !== undefined && hasRoom(records, rejected, bytes, partition); message = messages[next]) {
    const decoded = read(message, partition);
    if (!decoded.ok) rejected.push(rejectedRecord(message, decoded.problems, origin(partition)));
    else if (decoded.epoch !== partition.epoch) foreign += 1;
    else if (decoded.record.position > end) {
      const { record } = decoded;
      if (record.previous > end)
        return next === from ? { kind: 'hole', until: record.previous } : { kind: 'chunk', records, rejected, foreign, end, next };
      end = record.position;
      if (partition.subscription.isIrrelevant?.(record) !== true) records.push(record);
    }
    bytes += message.value?.length ?? 0;
    next += 1;
  }
  return { kind: 'chunk', records, rejected, foreign, end, next };
}

function hasRoom(
  records: readonly unknown[],
  rejected: readonly unknown[],
  bytes: number,
  { subscription, chunkBytes }: Partition,
): boolean {
  return records.length < subscription.maxRecords && rejected.length < MOST_REJECTED && bytes < chunkBytes;
}

const origin = ({ subscription, shard, now }: Partition): Pick<RejectedRecord, 'group' | 'topic' | 'partition' | 'rejectedAt'> => ({
  group: subscription.group,
  topic: subscription.topic,
  partition: shard,
  rejectedAt: now(),
});

function read(message: KafkaMessage, { subscription, shard, epoch, decode }: Partition): DecodedRecord {
  if (epoch === undefined) return { ok: false, problems: [`partition: the log has no shard ${shard}.`] };
  return decode({ topic: subscription.topic, partition: shard, headers: headersOf(message), value: message.value });
}
