import { services } from '@crossdock/all-in-one';
import { topics } from '@crossdock/contracts';
import type { CheckpointKey, NewEvent, NewId } from '@crossdock/core';
import { PgCheckpoints, Worker, workerDefaults, type Database } from '@crossdock/event-log';
import { HubError, createLogger, messageOf, pause } from '@crossdock/kit';
import { readConfig, startAll, type Adapters, type RunningServices } from '@crossdock/runtime';
import { orderBody } from '../load/orders.ts';

const BATCH = 500;
const DOCUMENTS = 1_000;
const POLL_MS = 5;
const key: CheckpointKey = { group: 'router', topic: topics.validated, shard: 0 };

/** The router by itself, with its real adapters, in this process. It stands by until it is let go. */
export class RouterAlone {
  readonly #running: RunningServices;
  readonly #database: Database;
  readonly #held: PgCheckpoints;
  readonly #worker: Worker;

  private constructor(running: RunningServices, database: Database, held: PgCheckpoints, worker: Worker) {
    this.#running = running;
    this.#database = database;
    this.#held = held;
    this.#worker = worker;
  }

  /** @param database of the same url: somebody else's connections */
  static async start(url: string, database: Database): Promise<RouterAlone> {
    const worker = await Worker.register(database, {
      ...workerDefaults,
      name: 'bench',
      onLost: () => undefined,
      onProblem: () => undefined,
    });
    const held = new PgCheckpoints(database, worker.id);
    const acquired = await held.acquire(key);
    if (acquired.kind !== 'owned') throw new HubError('bench_failed', 'The router’s checkpoint belongs to somebody else.');
    const config = readConfig({
      CROSSDOCK_LOG_LEVEL: 'warn',
      CROSSDOCK_DATABASE_URL: url,
      CROSSDOCK_SHARDS: '1',
      CROSSDOCK_SECRET_KEYS: `main:${Buffer.alloc(32, 1).toString('base64')}`,
      // As in a hub that keeps up: what is routed came in just now.
      CROSSDOCK_PAYLOAD_CACHE_BYTES: String(512 * 1_048_576),
    });
    const running = await startAll({
      config,
      logger: createLogger({ level: 'warn', service: 'bench', destination: 2 }),
      services: services.filter(({ name }) => name === 'router'),
      soleOwner: false,
      onFatal: (error) => process.stderr.write(`${messageOf(error)}\n`),
    });
    return new RouterAlone(running, database, held, worker);
  }

  get adapters(): Adapters {
    return this.#running.adapters;
  }

  /** Messages as the validator leaves them, dealt to the stores in turn. */
  async append(type: string, stores: readonly string[], count: number, newId: NewId): Promise<void> {
    const { database, open } = this.adapters;
    const bodies = Array.from({ length: Math.min(count, DOCUMENTS) }, (_, seed) => payloadOf(type, seed));
    for (let from = 0; from < count; from += BATCH) {
      const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => {
        const body = bodies[(from + n) % bodies.length];
        if (body === undefined) throw new RangeError('There are no documents.');
        return validatedMessage(type, stores[(from + n) % stores.length] ?? '', body, newId());
      });
      await database.run((tx) =>
        open.log.append(tx, 0, [...events.map(([received]) => received), ...events.map(([, validated]) => validated)]),
      );
    }
  }

  async letGo(): Promise<void> {
    await this.#held.release(key);
  }

  /** Position of the last record that is routed. Read as it is: who asks for it in order to move it waits for the batch. */
  async position(): Promise<number> {
    const [row] = await this.#database.query<{ position: number }>(
      'select position from checkpoint where "group" = $1 and topic = $2 and shard = $3',
      [key.group, key.topic, key.shard],
    );
    return row?.position ?? 0;
  }

  async until(position: number): Promise<void> {
    while ((await this.position()) < position) await pause(POLL_MS);
  }

  async close(): Promise<void> {
    await this.#running.close();
    await this.#worker.retire();
  }
}

interface Body {
  readonly payload: Uint8Array;
  readonly parsed: unknown;
}

function payloadOf(type: string, seed: number): Body {
  const { payload } = JSON.parse(orderBody(type, seed).toString('utf8')) as { readonly payload: unknown };
  return { payload: Buffer.from(JSON.stringify(payload)), parsed: payload };
}

function validatedMessage(message: string, store: string, body: Body, id: string): readonly [NewEvent, NewEvent] {
  const at = Date.now();
  const about = { store, root: id, message };
  return [
    {
      stream: id,
      version: 1,
      at,
      ...body,
      event: { type: 'message.received', ...about, rootMessage: message, origin: 'push', hops: 0, bytes: body.payload.length },
    },
    { stream: id, version: 2, at, event: { type: 'message.validated', ...about } },
  ];
}
