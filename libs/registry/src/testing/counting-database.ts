import type { Transaction } from '@crossdock/core';
import { Database, databaseDefaults, pgOf, type Row, type Statement } from '@crossdock/event-log';

/** A statement that was sent, and how many rows were waited for; undefined where nobody waits. */
export type Sent = readonly [name: string, rows: number | undefined];

/** For specs: a database that notes which statements it is sent, those of transactions included. */
export class CountingDatabase extends Database {
  readonly sent: Sent[] = [];

  constructor(url: string) {
    super({ ...databaseDefaults, url, connections: 4 });
  }

  /** What was sent since this was asked last. */
  take(): readonly Sent[] {
    return this.sent.splice(0);
  }

  override async query<R extends Row = Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    const rows = await super.query<R>(statement, values);
    this.sent.push([nameOf(statement), rows.length]);
    return rows;
  }

  override run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return super.run((tx) => {
      const pg = pgOf(tx);
      const [query, send] = [pg.query.bind(pg), pg.send.bind(pg)];
      pg.query = async <R extends Row = Row>(statement: Statement | string, values?: readonly unknown[]): Promise<R[]> => {
        const rows = await query<R>(statement, values);
        this.sent.push([nameOf(statement), rows.length]);
        return rows;
      };
      pg.send = (statement, values) => {
        this.sent.push([nameOf(statement), undefined]);
        send(statement, values);
      };
      return work(tx);
    });
  }
}

const nameOf = (statement: Statement | string): string => (typeof statement === 'string' ? statement : statement.name);
