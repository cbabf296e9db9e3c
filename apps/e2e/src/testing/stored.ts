import { Client } from 'pg';

/** One statement on a connection of its own. */
export async function query<R>(databaseUrl: string, text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query({ text, values: [...values] })).rows as readonly R[];
  } finally {
    await client.end();
  }
}

/** How many events the log has of a store. */
export async function storedEvents(databaseUrl: string, store: string): Promise<number> {
  const [row] = await query<{ readonly n: number }>(databaseUrl, "select count(*)::int as n from event where facts->>'store' = $1", [
    store,
  ]);
  return row?.n ?? 0;
}
