import type { KafkaMessage } from 'kafkajs';

/** A place in a partition: positions rise within an epoch, which is an incarnation of the hub's log. */
export interface Place {
  readonly epoch: number;
  readonly pos: number;
}

export const isBeyond = (one: Place, { epoch, pos }: Place): boolean => one.epoch > epoch || (one.epoch === epoch && one.pos > pos);

export type HubEvent = ReturnType<typeof readEvent>;

/** Reads a record of a Crossdock hub. Throws where this program does not know what it is. */
export function readEvent({ headers, value }: KafkaMessage) {
  const header = (name: string): string => String(headers?.[name] ?? '');
  const type = /^crossdock\.(.+)\.v1$/.exec(header('ce_type'))?.[1];
  if (type === undefined || value === null) throw new TypeError(`there is no type such as crossdock.….v1, but "${header('ce_type')}"`);
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
    epoch: Number(header('epoch')),
    pos: Number(header('pos')),
    /** Position of the record before, in this partition. */
    prev: Number(header('prev')),
    facts,
    /** The message as it was sent, byte for byte; only `….messages.received` and `….deliveries.accepted` carry it. */
    payload: start > 0 ? value.subarray(start, -1) : undefined,
  };
}
