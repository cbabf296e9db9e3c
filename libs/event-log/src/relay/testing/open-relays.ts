import type { LogTail, NewEvent, RecordPublisher } from '@crossdock/core';
import { MemoryEventLog, MemoryTopics, MemoryUnitOfWork } from '@crossdock/core/memory';
import { createLogger, type Logger } from '@crossdock/kit';
import { Relay, relayDefaults, type RelayOptions } from '../relay.ts';
import type { RelayStore } from '../relay-store.ts';
import { MemoryRelays, MemoryRelayStore } from './memory-relay-store.ts';

export const impatient: RelayOptions = {
  ...relayDefaults,
  idleMs: 50,
  lookoutMs: 5,
  firstPauseMs: 1,
  longestPauseMs: 5,
  publishTimeoutMs: 5_000,
};

/** What a logger was told at `info` and above: level, event and shard, and the whole. */
export interface Told {
  readonly level: 'info' | 'warn';
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

function listening(told: Told[]): Logger {
  const listen =
    (level: Told['level']) =>
    (facts: Readonly<Record<string, unknown>>): void => {
      told.push({ level, event: String(facts['event']), facts });
    };
  return Object.assign(createLogger({ level: 'silent', service: 'test', destination: 2 }), { info: listen('info'), warn: listen('warn') });
}

/** A store that counts what it is asked, and can be made to fail. */
export class WatchedStore extends MemoryRelayStore {
  readonly calls: string[] = [];
  /** What happens instead of the next move, or behind it. */
  failing: 'before' | 'behind' | undefined;

  override async acquire(shard: number): ReturnType<RelayStore['acquire']> {
    this.calls.push('acquire');
    return await super.acquire(shard);
  }

  override async holders(): ReturnType<RelayStore['holders']> {
    this.calls.push('holders');
    return await super.holders();
  }

  override async move(...args: Parameters<RelayStore['move']>): Promise<boolean> {
    this.calls.push('move');
    const { failing } = this;
    this.failing = undefined;
    if (failing === 'before') throw new Error('The database cannot be reached.');
    const moved = await super.move(...args);
    if (failing === 'behind') throw new Error('The database cannot be reached.');
    return moved;
  }
}

export interface RelayProcess {
  readonly relay: Relay;
  readonly store: WatchedStore;
  readonly told: readonly Told[];
}

/** A log of one shard and a broker, and processes that relay from one to the other. Whatever they start, `close` stops. */
export class RelayRig {
  readonly log: MemoryEventLog;
  readonly topics = new MemoryTopics();
  readonly relays: MemoryRelays;
  readonly #database = new MemoryUnitOfWork();
  readonly #started: Relay[] = [];
  now = 1_795_219_200_000;

  constructor(shards = 1) {
    this.log = new MemoryEventLog(shards);
    this.relays = new MemoryRelays(this.log);
  }

  async append(events: readonly NewEvent[], shard = 0): Promise<void> {
    await this.#database.run((tx) => this.log.append(tx, shard, events));
  }

  open(
    worker: number,
    options: Partial<RelayOptions> = {},
    publisher: RecordPublisher = this.topics,
    tail: LogTail = this.log,
  ): RelayProcess {
    const told: Told[] = [];
    const store = new WatchedStore(this.relays, worker);
    const relay = new Relay({
      tail,
      log: this.log,
      received: this.log,
      publisher,
      store,
      logger: listening(told),
      now: () => this.now,
      options: { ...impatient, ...options },
    });
    this.#started.push(relay);
    return { relay, store, told };
  }

  start(worker: number, options: Partial<RelayOptions> = {}, publisher: RecordPublisher = this.topics): RelayProcess {
    const process = this.open(worker, options, publisher);
    process.relay.start();
    return process;
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((relay) => relay.stop(100)));
  }
}
