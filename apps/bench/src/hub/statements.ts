import type { Database } from '@crossdock/event-log';

export interface StatementTime {
  readonly statement: string;
  readonly calls: number;
  readonly rows: number;
  readonly ms: number;
}

/** What Postgres has to load to count the time of statements. */
export const statementSettings = { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'top' } as const;

/** Counts from now on. */
export async function resetStatements(database: Database): Promise<void> {
  await database.query('create extension if not exists pg_stat_statements');
  await database.query('select pg_stat_statements_reset()');
}

/** The statements that took most time, the largest first. */
export async function topStatements(database: Database, limit: number): Promise<readonly StatementTime[]> {
  return await database.query<StatementTime & Record<string, unknown>>(
    `select regexp_replace(query, '\\s+', ' ', 'g') as statement, calls, rows, total_exec_time + total_plan_time as ms
     from pg_stat_statements order by total_exec_time + total_plan_time desc limit $1`,
    [limit],
  );
}
