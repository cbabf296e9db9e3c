import type { Transaction, UnitOfWork } from '@crossdock/core';
import { HubError, codeOf } from '@crossdock/kit';
import type { Socket } from 'node:net';
import pg from 'pg';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. */
  readonly connections: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly connectTimeoutMs: number;
  /** No statement of ours runs longer: whatever does is stuck. */
  readonly statementTimeoutMs: number;
}

export const databaseDefaults: Omit<DatabaseOptions, 'url'> = {
  connections: 16,
  name: 'crossdock',
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
};

const REPEATABLE = new Set(['40P01', '40001', 'append_conflict', 'assumption_failed']);
const MOST_RUNS = 6;
/** A process that stands still in the middle of a transaction holds its rows no longer than its leases. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** int8 as number (positions stay below 2^53), timestamptz as ms since the epoch, json as text: parsing is the reader's choice. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    if (format !== 'binary') {
      if (oid === INT8) return Number;
      if (oid === TIMESTAMPTZ) return timestampMs;
      if (oid === 114) return (text: string) => text;
    }
    return pg.types.getTypeParser(oid, format);
  },
};

function timestampMs(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  return Date.parse(text.includes('T') ? text : `${text.replace(' ', 'T')}${text.endsWith('+00') ? ':00' : ''}`);
}

/** A prepared statement: named, so that Postgres plans it once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Row = Record<string, unknown>;

/** Connections to one Postgres, and transactions on them. */
export class Database implements UnitOfWork {
  readonly #pool: pg.Pool;
  readonly #pipelined: pg.Pool;
  readonly #lost = new Set<() => void>();

  constructor(options: DatabaseOptions) {
    const shared = {
      connectionString: options.url,
      connectionTimeoutMillis: options.connectTimeoutMs,
      application_name: options.name,
      idleTimeoutMillis: 60_000,
      types,
      keepAlive: true,
      options: `-c statement_timeout=${options.statementTimeoutMs} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS} -c TimeZone=UTC -c jit=off`,
    };
    this.#pool = new pg.Pool({ ...shared, max: Math.max(4, Math.ceil(options.connections / 3)) });
    this.#pipelined = new pg.Pool({ ...shared, max: options.connections, pipeline: true });
    for (const pool of [this.#pool, this.#pipelined]) {
      pool.on('error', () => this.#connectionLost());
      // The pool listens to idle connections only: one that breaks within a transaction would end the process.
      pool.on('connect', (client) => client.on('error', () => this.#connectionLost()));
    }
  }

  /** Calls back when a connection broke: whatever was read from the database may belong to another incarnation of it. */
  onConnectionLost(listener: () => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  #connectionLost(): void {
    for (const listener of this.#lost) listener();
  }

  async query<R extends Row = Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    try {
      return (await this.#pool.query<R>(queryOf(statement, values))).rows;
    } catch (error) {
      throw this.#understood(error);
    }
  }

  /** Several statements without parameters, e.g. a schema. */
  async script(sql: string): Promise<void> {
    try {
      await this.#pool.query(sql);
    } catch (error) {
      throw this.#understood(error);
    }
  }

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let run = 1; ; run += 1) {
      try {
        return await this.#once(work, run > 1);
      } catch (error) {
        const understood = this.#understood(error);
        if (run >= MOST_RUNS || !REPEATABLE.has(codeOf(understood) ?? '')) throw understood;
      }
    }
  }

  async #once<T>(work: (tx: Transaction) => Promise<T>, repeated: boolean): Promise<T> {
    const client = await this.#pipelined.connect();
    const tx = new PgTransaction(client, repeated);
    let broken: unknown;
    try {
      tx.send('BEGIN');
      const value = await work(tx);
      const [commit] = await Promise.all([tx.commit(), tx.sent()]);
      if (commit.command !== 'COMMIT')
        throw new HubError('transaction_aborted', 'The transaction was rolled back by the database.', { retriable: true });
      tx.committed();
      return value;
    } catch (error) {
      broken = await tx.rollback(error);
      throw tx.cause(error);
    } finally {
      client.release(broken instanceof Error ? broken : undefined);
    }
  }

  #understood(error: unknown): unknown {
    const code = codeOf(error);
    if (isConnectionError(error, code)) {
      this.#connectionLost();
      return new HubError('database_unreachable', 'The database cannot be reached.', { retriable: true, cause: error });
    }
    if (code === '23505' && isEventKey(error)) {
      return new HubError('append_conflict', 'A newer event exists.', { retriable: true, cause: error });
    }
    const own = OWN_STATES[code ?? ''];
    return own === undefined ? error : new HubError(own.code, own.message, { retriable: own.retriable, cause: error });
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#pipelined.end()]);
  }
}

/** SQLSTATEs that our own functions raise. */
const OWN_STATES: Readonly<Record<string, { code: string; message: string; retriable: boolean }>> = {
  XD001: { code: 'checkpoint_moved', message: 'Another owner moved the checkpoint.', retriable: true },
  XD003: { code: 'assumption_failed', message: 'What a transaction assumed had changed.', retriable: true },
  XD002: { code: 'epoch_mismatch', message: 'The log is of another epoch than this process.', retriable: false },
};

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
  '08001',
]);

function isConnectionError(error: unknown, code: string | undefined): boolean {
  if (code !== undefined && LOST.has(code)) return true;
  return (
    error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/.test(
      error.message,
    )
  );
}

function isEventKey(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'table' in error && typeof error.table === 'string' && error.table.startsWith('event')
  );
}

function queryOf(statement: Statement | string, values: readonly unknown[]): pg.QueryConfig {
  return typeof statement === 'string'
    ? { text: statement, values: [...values] }
    : { name: statement.name, text: statement.text, values: [...values] };
}

/** A transaction on a pipelined connection: statements whose result nobody needs at once are sent without waiting. */
export class PgTransaction implements Transaction {
  readonly repeated: boolean;
  readonly #client: pg.PoolClient;
  readonly #pending: Promise<unknown>[] = [];
  readonly #afterwards: (() => void)[] = [];
  #failure: unknown;
  #gathering = false;

  constructor(client: pg.PoolClient, repeated: boolean) {
    this.#client = client;
    this.repeated = repeated;
  }

  onCommit(work: () => void): void {
    this.#afterwards.push(work);
  }

  /** What is sent in one turn of the event loop goes out in one write: system calls cost more than statements. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    const { stream } = (this.#client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
    stream.cork();
    process.nextTick(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }

  /** Runs a statement and waits for its rows. */
  async query<R extends Row = Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    this.#gather();
    const rows = this.#client.query<R>(queryOf(statement, values)).then((result) => result.rows);
    return await this.#watched(rows);
  }

  /** Sends a statement whose failure may wait until the commit. */
  send(statement: Statement | string, values: readonly unknown[] = []): void {
    void this.sending(statement, values);
  }

  /** As `send`; the promise is for those who want the rows after the commit, and need not be awaited. */
  sending<R extends Row = Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    this.#gather();
    const rows = this.#watched(this.#client.query<R>(queryOf(statement, values)).then((result) => result.rows));
    rows.catch(() => undefined);
    this.#pending.push(rows);
    return rows;
  }

  /** Every statement of the pipeline fails after the first that did: the first is the cause. */
  async #watched<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      if (this.#failure === undefined || codeOf(this.#failure) === '25P02') this.#failure = error;
      throw error;
    }
  }

  async commit(): Promise<pg.QueryResult> {
    this.#gather();
    return await this.#client.query('COMMIT');
  }

  async sent(): Promise<void> {
    await Promise.all(this.#pending);
  }

  cause(error: unknown): unknown {
    return this.#failure ?? error;
  }

  committed(): void {
    for (const work of this.#afterwards) work();
  }

  /** Ends the transaction; answers the error that makes the connection unusable, if any. */
  async rollback(error: unknown): Promise<unknown> {
    await Promise.allSettled(this.#pending);
    const cause = this.cause(error);
    if (isConnectionError(cause, codeOf(cause))) return cause;
    try {
      await this.#client.query('ROLLBACK');
      return undefined;
    } catch (failure) {
      return failure;
    }
  }
}

/** The Postgres side of a transaction that was made by `Database.run`. */
export function pgOf(tx: Transaction): PgTransaction {
  if (tx instanceof PgTransaction) return tx;
  throw new TypeError('This transaction was not made by the Postgres adapter.');
}
