import type { Client } from 'undici';

/** Whoever waits for a connection. */
export interface Borrower {
  /** The connection is the borrower's until it is given back. */
  begin(connection: Connection): void;
  /** There will be no connection. */
  cancel(): void;
}

/** One connection to an origin, opened by its first request, for one request at a time. */
export interface Connection {
  readonly client: Client;
  readonly origin: Origin;
  open: boolean;
  lent: boolean;
}

interface Origin {
  readonly url: string;
  /** Lent and idle ones. */
  count: number;
  readonly idle: Connection[];
  readonly waiting: Set<Borrower>;
}

export interface ConnectionLimits {
  readonly perOrigin: number;
  readonly maxIdle: number;
}

/**
 * Lends connections. They are held here one by one instead of in undici's pool, because that one opens a new connection for every
 * request it was told to abandon, and keeps abandoned requests in its queue. Nothing is kept of an origin without connections.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #create: (origin: string) => Client;
  readonly #origins = new Map<string, Origin>();
  readonly #all = new Set<Connection>();
  /** Longest idle first. */
  readonly #idle = new Set<Connection>();

  constructor(limits: ConnectionLimits, create: (origin: string) => Client) {
    this.#limits = limits;
    this.#create = create;
  }

  get origins(): number {
    return this.#origins.size;
  }

  /** Lends a connection, at once or as soon as one is given back. The one used last comes first: it is the least likely to be stale. */
  lend(url: string, borrower: Borrower): void {
    const origin = this.#origins.get(url) ?? this.#addOrigin(url);
    const idle = origin.idle.pop();
    if (idle !== undefined) {
      this.#idle.delete(idle);
      idle.lent = true;
      borrower.begin(idle);
    } else if (origin.count < this.#limits.perOrigin) borrower.begin(this.#open(origin));
    else origin.waiting.add(borrower);
  }

  /** The borrower does not wait any longer. */
  withdraw(url: string, borrower: Borrower): void {
    this.#origins.get(url)?.waiting.delete(borrower);
  }

  /** `reusable` is false where the last exchange did not end with a whole answer. */
  giveBack(connection: Connection, reusable: boolean): void {
    connection.lent = false;
    if (!reusable || !connection.open) {
      this.#end(connection);
      return;
    }
    const next = takeFirst(connection.origin.waiting);
    if (next !== undefined) {
      connection.lent = true;
      next.begin(connection);
      return;
    }
    connection.origin.idle.push(connection);
    this.#idle.add(connection);
    const [oldest] = this.#idle;
    if (this.#idle.size > this.#limits.maxIdle && oldest !== undefined) this.#end(oldest);
  }

  /** Ends all connections; what runs on them fails, what waits is cancelled. */
  async destroy(): Promise<void> {
    const origins = [...this.#origins.values()];
    const connections = [...this.#all];
    this.#origins.clear();
    this.#all.clear();
    for (const { waiting } of origins) {
      for (const borrower of waiting) borrower.cancel();
      waiting.clear();
    }
    await Promise.all(connections.map(({ client }) => client.destroy()));
  }

  #addOrigin(url: string): Origin {
    const origin: Origin = { url, count: 0, idle: [], waiting: new Set() };
    this.#origins.set(url, origin);
    return origin;
  }

  #open(origin: Origin): Connection {
    const connection: Connection = { client: this.#create(origin.url), origin, open: false, lent: true };
    origin.count += 1;
    this.#all.add(connection);
    connection.client
      .on('connect', () => {
        connection.open = true;
      })
      .on('disconnect', () => {
        connection.open = false;
        // While it is lent, a request that was not written yet may still be written to a new socket: nothing is sent twice by that.
        if (!connection.lent) this.#end(connection);
      });
    return connection;
  }

  #end(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const { origin } = connection;
    if (this.#idle.delete(connection)) origin.idle.splice(origin.idle.indexOf(connection), 1);
    origin.count -= 1;
    if (origin.count === 0 && origin.waiting.size === 0 && this.#origins.get(origin.url) === origin) this.#origins.delete(origin.url);
    const next = takeFirst(origin.waiting);
    const successor = next === undefined ? undefined : this.#open(origin);
    // Not at once: the client is often in the middle of telling that the request or the socket ended.
    queueMicrotask(() => {
      void connection.client.destroy();
      if (successor !== undefined) next?.begin(successor);
    });
  }
}

function takeFirst(waiting: Set<Borrower>): Borrower | undefined {
  const [first] = waiting;
  if (first !== undefined) waiting.delete(first);
  return first;
}
