import { topicOf } from '@crossdock/contracts';
import type { LogRecord, StoredEvent, Subscription } from '@crossdock/core';

/** Those of a shard's events that a subscription is for, behind `after`, as its handler gets them. */
export function topicRecords(
  events: readonly StoredEvent[],
  { topic, isIrrelevant }: Pick<Subscription, 'topic' | 'isIrrelevant'>,
  after: number,
): readonly LogRecord[] {
  const records: LogRecord[] = [];
  let previous = after;
  for (const event of events) {
    if (topicOf[event.event.type] !== topic) continue;
    const { stream, version, at, shard, position } = event;
    const record: LogRecord = { stream, version, at, event: event.event, shard, position, topic, previous };
    previous = event.position;
    if (isIrrelevant?.(record) !== true) records.push(record);
  }
  return records;
}
