import { topicOf, topics as allTopics } from '@crossdock/contracts';
import type { NewEvent, RecordPublisher, RecordToPublish, StoredEvent } from '@crossdock/core';
import { MemoryEventLog, MemoryTopics, MemoryUnitOfWork } from '@crossdock/core/memory';
import { createLogger } from '@crossdock/kit';
import { ShardRelay, type ShardRelayOptions, type TurnEnd } from '../shard-relay.ts';
import type { RelayStore } from '../relay-store.ts';
import { MemoryRelays, MemoryRelayStore } from './memory-relay-store.ts';
import { Story } from './story.ts';

export const silent = createLogger({ level: 'silent', service: 'test', destination: 2 });

/** What a broker holds of a partition once repeats are skipped, as every consumer does: nothing at or behind what it has. */
export function withoutRepeats(records: readonly RecordToPublish[], from = 0): readonly RecordToPublish[] {
  const kept: RecordToPublish[] = [];
  for (const record of records) if (record.position > (kept.at(-1)?.position ?? from)) kept.push(record);
  return kept;
}

/** What becomes of a process's next call to the broker. `written`: the share of each topic that is. */
export type Fate =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'refused'; readonly written: number }
  /** The process stands still, before or after the broker has the records, until it goes on. */
  | { readonly kind: 'stopped'; readonly written: boolean };

/** A fault to plant: the broker confirms before it has the records, which is a relay that moves before it publishes. */
export type Fault = 'none' | 'moves first' | 'moves whatever happened';

const SHARD = 0;
const options: ShardRelayOptions = { maxRecords: 7, maxBytes: 8_000, publishTimeoutMs: 60_000, identityEveryMs: 60_000 };

/** Relays of several processes on one log and one broker, whose every step is told to them. */
export class RelayWorld {
  readonly log = new MemoryEventLog();
  readonly topics = new MemoryTopics();
  readonly relays = new MemoryRelays(this.log);
  readonly processes: readonly RelayProcess[];
  readonly #database = new MemoryUnitOfWork();
  readonly #story = new Story();

  constructor(processes: number, fault: Fault = 'none') {
    this.processes = Array.from({ length: processes }, (_, index) => new RelayProcess(this, index + 1, fault));
  }

  async append(picks: readonly number[]): Promise<void> {
    await this.appendEvents(this.#story.next(picks));
  }

  async appendEvents(events: readonly NewEvent[]): Promise<void> {
    await this.#database.run((tx) => this.log.append(tx, SHARD, events));
  }

  get position(): number {
    return this.relays.rows.get(SHARD)?.position ?? 0;
  }

  async eventsOf(topic: string): Promise<readonly StoredEvent[]> {
    return (await this.log.read(SHARD, 0, Number.MAX_SAFE_INTEGER)).filter(({ event }) => topicOf[event.type] === topic);
  }

  /** What is wrong with the topics: of each partition a prefix of the log's, in its order, chained, and all behind the position. */
  async violations(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const topic of Object.values(allTopics)) {
      const positions = (await this.eventsOf(topic)).map(({ position }) => position);
      const records = this.topics.records(topic, SHARD);
      const kept = withoutRepeats(records).map(({ position }) => position);
      if (kept.some((position, index) => position !== positions[index]))
        found.push(`${topic} has ${kept.join(' ')}, the log ${positions.join(' ')}`);
      for (const { position, previous } of records) {
        const before = positions[positions.indexOf(position) - 1] ?? 0;
        if (previous !== before) found.push(`${topic} has ${position} behind ${previous}, in the log it is behind ${before}`);
      }
      const needed = positions.filter((position) => position <= this.position);
      if (kept.length < needed.length) found.push(`${topic} has ${kept.length} records, and the relay is past ${needed.length}`);
    }
    return found;
  }
}

/** One process: it takes a turn when it is told to, and may stand still in one. */
export class RelayProcess {
  readonly #world: RelayWorld;
  readonly #worker: number;
  readonly #relay: ShardRelay;
  #fate: Fate = { kind: 'confirmed' };
  #goOn: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(world: RelayWorld, worker: number, fault: Fault) {
    this.#world = world;
    this.#worker = worker;
    const { log } = world;
    const store = new MemoryRelayStore(world.relays, worker);
    this.#relay = new ShardRelay(
      {
        tail: log,
        log,
        received: log,
        publisher: fault === 'moves first' ? confirmingTooEarly(this.#publisher()) : this.#publisher(),
        store: fault === 'moves whatever happened' ? movingAlways(store, world) : store,
        logger: silent,
        now: () => 0,
        options,
      },
      SHARD,
    );
  }

  #publisher(): RecordPublisher {
    const { topics } = this.#world;
    return {
      identity: () => topics.identity(),
      publish: async (shard, records) => {
        const fate = this.#fate;
        this.#fate = { kind: 'confirmed' };
        if (fate.kind === 'refused') topics.breakNext({ written: fate.written });
        if (fate.kind !== 'stopped') return await topics.publish(shard, records);
        if (fate.written) topics.write(shard, records);
        await new Promise<void>((goOn) => (this.#goOn = goOn));
        if (!fate.written) await topics.publish(shard, records);
      },
    };
  }

  get isStopped(): boolean {
    return this.#goOn !== undefined;
  }

  /** Takes turns until there is nothing to do, another process has the shard, the broker refuses or the process stands still. */
  async run(fate: Fate, turns = 1): Promise<void> {
    if (this.isStopped) return;
    this.#fate = fate;
    this.#turn = this.#turns(turns);
    await this.#settled();
  }

  async #turns(most: number): Promise<void> {
    for (let turn = 0; turn < most; turn += 1) {
      const end: TurnEnd | undefined = await this.#relay.turn().catch(() => undefined);
      if (end?.kind !== 'published') return;
    }
  }

  /** Goes on where it stood still. */
  async resume(): Promise<void> {
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
    await this.#settled();
  }

  /** Until the turn ends, or stands still: everything but that is a matter of microtasks. */
  async #settled(): Promise<void> {
    const over = this.#turn.then(() => 'over' as const);
    const later = (): Promise<'later'> => new Promise((resolve) => setImmediate(() => resolve('later')));
    while (!this.isStopped) if ((await Promise.race([over, later()])) === 'over') return;
  }

  /** Others take it for dead: its lease is over, whether it knows or not. */
  expire(): void {
    this.#world.relays.dead.add(this.#worker);
  }

  revive(): void {
    this.#world.relays.dead.delete(this.#worker);
  }
}

function confirmingTooEarly(publisher: RecordPublisher): RecordPublisher {
  return {
    identity: () => publisher.identity(),
    publish: (shard, records) => {
      publisher.publish(shard, records).catch(() => undefined);
      return Promise.resolve();
    },
  };
}

/** A store that compares nothing. */
function movingAlways(store: RelayStore, world: RelayWorld): RelayStore {
  return {
    acquire: (shard) => store.acquire(shard),
    move: (lease, _expected, to) => {
      const row = world.relays.rows.get(lease.shard);
      if (row === undefined) return Promise.resolve(false);
      row.position = to.position;
      row.identity = to.identity ?? row.identity;
      for (const [topic, position] of to.topics) row.topics.set(topic, position);
      return Promise.resolve(true);
    },
    release: (lease) => store.release(lease),
    holders: () => store.holders(),
    checkpoints: (shard) => store.checkpoints(shard),
    last: (topic, shard) => store.last(topic, shard),
  };
}
