import type { Database } from '@crossdock/event-log';

/** Where the time of a message goes between its push and the attempt to deliver it, ms: middle and 99th percentile. */
export interface Stage {
  readonly stage: string;
  readonly p50: number;
  readonly p99: number;
}

const STAGES = ['pushed → validated', 'validated → routed', 'routed → attempt begun', 'attempt begun → answered'];

/** Of the messages that came in since then (ms since the epoch), by the times that their events carry. */
export async function stagesOf(database: Database, since: number): Promise<readonly Stage[]> {
  const rows = await database.query<{ stage: number; p50: number; p99: number }>(
    `with times as (
       select r.at as received, v.at as validated, o.at as routed,
         to_timestamp((s.facts->'attempt'->>'startedAt')::float8 / 1000) as begun, (s.facts->'attempt'->>'durationMs')::float8 as took
       from event r
         join event v on v.stream_id = r.stream_id and v.type = 'message.validated'
         join event o on o.stream_id = r.stream_id and o.type = 'message.routed'
         join event s on s.stream_id = ((o.facts->'sent'->0->>'delivery') || '00000000')::uuid and s.type = 'delivery.succeeded'
       where r.type = 'message.received' and r.at >= $1)
     select stage, percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99
     from times cross join lateral (values (0, extract(epoch from validated - received)::float8 * 1000),
       (1, extract(epoch from routed - validated)::float8 * 1000), (2, extract(epoch from begun - routed)::float8 * 1000), (3, took)) s(stage, ms)
     group by stage order by stage`,
    [new Date(since)],
  );
  return rows.map(({ stage, p50, p99 }) => ({ stage: STAGES[stage] ?? '', p50, p99 }));
}
