import { topicOf } from '@crossdock/contracts';
import { Client } from 'pg';

/** A record as it has to be on its topic, from what Postgres holds. */
export interface Published {
  readonly topic: string;
  readonly partition: number;
  /** 0 for the first one of its topic and partition. */
  readonly index: number;
  readonly prev: number;
  /** Incarnation of the log. */
  readonly epoch: number;
  readonly value: {
    readonly stream: string;
    readonly version: number;
    readonly shard: number;
    readonly position: number;
    readonly at: number;
    readonly type: string;
    readonly facts: { readonly store: string; readonly root: string; readonly parent?: string };
  };
  /** The message's text, where the record has to hold it. */
  readonly payload: string | undefined;
}

interface Row {
  readonly epoch: number;
  readonly stream: string;
  readonly version: number;
  readonly shard: number;
  readonly position: string;
  readonly at: string;
  readonly type: string;
  readonly facts: Published['value']['facts'];
  readonly payload: string | null;
}

const events = `
  select left(replace(e.stream_id::text, '-', ''), 24) as stream, e.version, e.shard, e.position, (extract(epoch from e.at) * 1000)::bigint as at,
      e.type, e.facts, e.payload::text as payload, s.epoch
    from event e join relay r on r.shard = e.shard and e.position <= r.position join log_shard s on s.shard = e.shard
    order by e.shard, e.position`;
const behind = 'select 1 from log_shard s left join relay r using (shard) where s.last_position > coalesce(r.position, 0)';

/** All that was published, in the order of the log. */
export async function publishedRecords(databaseUrl: string): Promise<readonly Published[]> {
  const rows = await query<Row>(databaseUrl, events);
  const payloads = new Map(rows.flatMap(({ stream, payload }) => (payload === null ? [] : [[stream, payload] as const])));
  const delivered = new Map(rows.filter(({ type }) => type === 'delivery.accepted').map((row) => [row.stream, row.facts.parent ?? '']));
  const payloadOf = ({ type, stream }: Pick<Row, 'type' | 'stream'>): string | undefined => {
    if (type === 'message.received') return payloads.get(stream);
    return ['delivery.accepted', 'delivery.requeued'].includes(type) ? payloads.get(delivered.get(stream) ?? '') : undefined;
  };
  const last = new Map<string, { readonly index: number; readonly position: number }>();
  return rows.map(({ payload: _payload, epoch, ...row }) => {
    const topic = (topicOf as Readonly<Record<string, string>>)[row.type] ?? '';
    const place = `${topic} ${row.shard}`;
    const before = last.get(place) ?? { index: -1, position: 0 };
    const position = Number(row.position);
    last.set(place, { index: before.index + 1, position });
    return {
      topic,
      partition: row.shard,
      index: before.index + 1,
      prev: before.position,
      epoch,
      value: { ...row, position, at: Number(row.at) },
      payload: payloadOf(row),
    };
  });
}

/** Whether everything in the log is on its topic. */
export async function isAllPublished(databaseUrl: string): Promise<boolean> {
  return (await query(databaseUrl, behind)).length === 0;
}

async function query<R>(databaseUrl: string, text: string): Promise<readonly R[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows as readonly R[];
  } finally {
    await client.end();
  }
}
