import type { KafkaMessage } from 'kafkajs';

/** A place in a partition. Positions rise within an epoch; another epoch is another log, whose positions begin anew. */
export interface Place {
  readonly epoch: number;
  readonly pos: number;
}

export const isAfter = (one: Place, place: Place): boolean => one.epoch !== place.epoch || one.pos > place.pos;

export type HubEvent = ReturnType<typeof readEvent>;

/** Reads a record of a Crossdock hub. Throws where this program does not know what it is. */
export function readEvent({ headers, value }: KafkaMessage) {
  const header = (name: string): string => String(headers?.[name] ?? '');
  const type = /^crossdock\.(.+)\.v1$/.exec(header('ce_type'))?.[1];
  const [epoch, pos, prev] = [Number(header('epoch')), Number(header('pos')), Number(header('prev'))];
  if (type === undefined || value === null || !(epoch > 0 && pos > 0)) {
    throw new TypeError(`It is no record of a hub, or this program is too old for it: its type is "${header('ce_type')}".`);
  }
  // The payload is the value's last member. It is cut out, not parsed: a JSON parser would round its numbers and lose its spaces.
  const start = Number(header('ce_payloadoffset'));
  const { facts } = JSON.parse(start > 0 ? `${value.toString('utf8', 0, start)}null}` : value.toString()) as { facts: unknown };
  return {
    /** One event has one id, however often its record comes. */
    id: header('ce_id'),
    type,
    time: header('ce_time'),
    store: header('ce_storeid'),
    /** The message, delivery or notification that it happened to, and the message at the root of it all. */
    subject: header('ce_subject'),
    root: header('ce_rootid'),
    epoch,
    pos,
    /** Position of the record before, in this partition. */
    prev,
    facts,
    /** The message as it was sent, byte for byte; only `….messages.received` and `….deliveries.accepted` carry it. */
    payload: start > 0 ? value.subarray(start, -1) : undefined,
  };
}
