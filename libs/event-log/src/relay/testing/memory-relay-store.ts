import type { LogTail } from '@crossdock/core';
import type { AcquiredRelay, RelayHolder, RelayLease, RelayMove, RelayStore, TopicCheckpoint } from '../relay-store.ts';

interface Row {
  position: number;
  owner: number | undefined;
  token: number;
  identity: string | undefined;
  readonly topics: Map<string, number>;
}

/** What the relays of several processes share. */
export class MemoryRelays {
  readonly rows = new Map<number, Row>();
  readonly dead = new Set<number>();
  readonly checkpoints = new Map<number, readonly TopicCheckpoint[]>();
  readonly log: Pick<LogTail, 'head'>;
  epoch = 1;

  constructor(log: Pick<LogTail, 'head'>) {
    this.log = log;
  }
}

/** A RelayStore in memory, of one process. */
export class MemoryRelayStore implements RelayStore {
  readonly #shared: MemoryRelays;
  readonly #worker: number;

  constructor(shared: MemoryRelays, worker: number) {
    this.#shared = shared;
    this.#worker = worker;
  }

  acquire(shard: number): Promise<AcquiredRelay> {
    const row = this.#rowOf(shard);
    if (row.owner !== undefined && row.owner !== this.#worker && !this.#shared.dead.has(row.owner))
      return Promise.resolve({ kind: 'standby' });
    row.owner = this.#worker;
    row.token += 1;
    return Promise.resolve({
      kind: 'held',
      lease: { shard, token: row.token, epoch: this.#shared.epoch },
      place: { position: row.position, identity: row.identity, topics: new Map(row.topics) },
    });
  }

  move(lease: RelayLease, expected: number, to: RelayMove): Promise<boolean> {
    const row = this.#rowOf(lease.shard);
    const isHeld = row.owner === this.#worker && row.token === lease.token && row.position === expected;
    if (!isHeld || lease.epoch !== this.#shared.epoch || to.position > this.#shared.log.head(lease.shard)) return Promise.resolve(false);
    row.position = to.position;
    row.identity = to.identity ?? row.identity;
    for (const [topic, position] of to.topics) row.topics.set(topic, position);
    return Promise.resolve(true);
  }

  release({ shard, token }: RelayLease): Promise<void> {
    const row = this.#rowOf(shard);
    if (row.owner === this.#worker && row.token === token) row.owner = undefined;
    return Promise.resolve();
  }

  holders(): Promise<ReadonlyMap<number, RelayHolder>> {
    return Promise.resolve(new Map([...this.#shared.rows].map(([shard, row]) => [shard, this.#holderOf(row)])));
  }

  #holderOf({ owner, token }: Row): RelayHolder {
    if (owner === this.#worker) return { kind: 'self', token };
    return { kind: owner === undefined || this.#shared.dead.has(owner) ? 'nobody' : 'other' };
  }

  checkpoints(shard: number): Promise<readonly TopicCheckpoint[]> {
    return Promise.resolve(this.#shared.checkpoints.get(shard) ?? []);
  }

  last(topic: string, shard: number): Promise<number> {
    return Promise.resolve(this.#shared.rows.get(shard)?.topics.get(topic) ?? 0);
  }

  #rowOf(shard: number): Row {
    const known = this.#shared.rows.get(shard);
    if (known !== undefined) return known;
    const created: Row = { position: 0, owner: undefined, token: 0, identity: undefined, topics: new Map() };
    this.#shared.rows.set(shard, created);
    return created;
  }
}
