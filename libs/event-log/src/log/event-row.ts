import type { EventType, HubEvent, MessageReceived, NewEvent, StoredEvent } from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import { idOf } from '../database/object-id.ts';

/** A row of the log without its payload. */
export interface EventRow extends Record<string, unknown> {
  readonly stream_id: string;
  readonly version: number;
  readonly shard: number;
  readonly position: number;
  readonly type: EventType;
  readonly facts: string;
  readonly at: number;
}

export const eventColumns = 'stream_id, version, shard, position, type, facts, at';

/** The event of a row. A row that is no JSON is damage of the log itself. */
export function eventOf(row: EventRow): StoredEvent {
  const stream = idOf(row.stream_id);
  try {
    const event = { type: row.type, ...(JSON.parse(row.facts) as object) } as HubEvent;
    return { stream, version: row.version, shard: row.shard, position: row.position, at: row.at, event };
  } catch (error) {
    throw new HubError('record_undecodable', `Event ${row.version} of stream ${stream} cannot be read.`, { cause: error });
  }
}

export function isReceived(event: NewEvent): event is NewEvent<MessageReceived> {
  return event.event.type === 'message.received';
}
