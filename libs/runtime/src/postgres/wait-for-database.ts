import { HubError, codeOf, messageOf } from '@crossdock/kit';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const pauseMs = 100;
const oldest = 15;

/** Answers of a server that no waiting changes: wrong user or password, no such database, no right to connect. */
const final = new Set(['28P01', '28000', '3D000', '42501']);

/**
 * Waits until the database answers a query, at most so long, and answers its version, such as `18.4`. Throws
 * `database_unreachable`, at once where waiting cannot help, and `database_version_unsupported`. The URL's password is never
 * part of a message.
 */
export async function waitForDatabase(url: string, timeoutMs: number): Promise<{ readonly version: string }> {
  const place = placeOf(url);
  const end = performance.now() + timeoutMs;
  for (;;) {
    const left = end - performance.now();
    try {
      const version = await askVersion(url, Math.max(1000, left));
      if (Number.parseInt(version, 10) >= oldest) return { version };
      throw new HubError(
        'database_version_unsupported',
        `The database at ${place} is PostgreSQL ${version}; the hub needs ${oldest} or newer.`,
      );
    } catch (cause) {
      if (cause instanceof HubError) throw cause;
      const hopeless = final.has(codeOf(cause) ?? '');
      if (hopeless || performance.now() + pauseMs > end) throw unreachableAt(place, { cause, timeoutMs, hopeless });
    }
    await sleep(pauseMs);
  }
}

async function askVersion(url: string, timeoutMs: number): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs });
  // A connection that breaks while idle says so here, and would end the process if nobody listened.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Unreachable {
  readonly cause: unknown;
  readonly timeoutMs: number;
  readonly hopeless: boolean;
}

function unreachableAt(place: string, { cause, timeoutMs, hopeless }: Unreachable): HubError {
  const why = messageOf(cause) === '' ? (codeOf(cause) ?? 'no answer') : messageOf(cause);
  const text = hopeless
    ? `The database at ${place} refuses us: ${why}. Correct user, password and database name in CROSSDOCK_DATABASE_URL.`
    : `The database at ${place} did not answer within ${timeoutMs / 1000} s: ${why}. Check CROSSDOCK_DATABASE_URL, that Postgres runs, and that it takes connections from here.`;
  return new HubError('database_unreachable', text, { retriable: !hopeless, cause });
}

/** `host:port/database` */
function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch (cause) {
    throw new HubError(
      'config_invalid',
      'CROSSDOCK_DATABASE_URL is not a URL. It looks like this: postgres://user:password@host:5432/crossdock',
      { cause },
    );
  }
}
