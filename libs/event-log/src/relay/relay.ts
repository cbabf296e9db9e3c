import { unreachable } from '@crossdock/core';
import { Signal, codeOf, lingerUnderLoad, messageOf, pause, within } from '@crossdock/kit';
import { answerOf } from './answer-of.ts';
import { LagAlarm, type LagLimits } from './lag-alarm.ts';
import type { RelayHolder } from './relay-store.ts';
import { SharedAsk } from './shared-ask.ts';
import { ShardRelay, type ShardRelayOptions, type ShardRelayParts, type TurnEnd } from './shard-relay.ts';

export interface RelayOptions extends ShardRelayOptions {
  readonly lagAlarm: LagLimits;
  /** An idle shard looks again after this long, even if nobody woke it. */
  readonly idleMs: number;
  /** How often to look who holds which shards: one query for all of them. */
  readonly lookoutMs: number;
  /** What waits for better weather tries again after the first, and then after ever longer. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export type RelayParts = Omit<ShardRelayParts, 'options'> & { readonly options: RelayOptions };

export const relayDefaults: RelayOptions = {
  maxRecords: 500,
  maxBytes: 900_000,
  publishTimeoutMs: 60_000,
  identityEveryMs: 60_000,
  lagAlarm: { records: 50_000, ms: 30_000 },
  idleMs: 1_000,
  lookoutMs: 1_000,
  firstPauseMs: 50,
  longestPauseMs: 5_000,
};

/** How one shard is being published. `standby`: another process does it, and its health tells of it. */
export interface RelayHealth {
  readonly shard: number;
  readonly state: 'starting' | 'running' | 'standby' | 'stalled' | 'stopped';
  readonly position: number;
  /** Events that are not published yet. */
  readonly lag: number;
  /** Age of the oldest of them, ms. */
  readonly lagMs: number;
  /** Why it stalls, while it does. */
  readonly problem?: string;
}

/** Who stands by asks itself after this long, should the lookout have nothing to say. */
const STANDBY_MS = 60_000;
const RELEASE_MS = 2_000;

/**
 * Publishes the log: every event to its topic, in order, each shard by one process at a time. Several processes may run one;
 * what one of them does not hold, it stands by for.
 */
export class Relay {
  readonly #parts: RelayParts;
  readonly #loops: readonly RelayLoop[];
  readonly #stop = new AbortController();
  #lookout: Promise<void> = Promise.resolve();

  constructor(parts: RelayParts) {
    this.#parts = parts;
    const { publisher } = parts;
    const identity = new SharedAsk(() => answerOf(publisher.identity(), parts.options.publishTimeoutMs, 'said who it is'));
    const shared: RelayParts = {
      ...parts,
      publisher: { identity: () => identity.ask(), publish: (shard, records) => publisher.publish(shard, records) },
    };
    this.#loops = parts.tail.shards.map((shard) => new RelayLoop(shared, shard, this.#stop.signal));
  }

  start(): void {
    for (const loop of this.#loops) loop.start();
    this.#lookout = this.#lookOut();
  }

  /** Lets what is being published end, at most so long, and gives the shards to whoever stands by. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stop.abort();
    for (const loop of this.#loops) loop.wake();
    const ended = await within(deadlineMs, Promise.all([this.#lookout, ...this.#loops.map((loop) => loop.ended())]));
    // What a publisher still does after the deadline repeats what the next holder does, and cannot move the position.
    if (!ended) await within(RELEASE_MS, Promise.all(this.#loops.map((loop) => loop.release())));
  }

  health(): readonly RelayHealth[] {
    return this.#loops.map((loop) => loop.health());
  }

  async #lookOut(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await pause(this.#parts.options.lookoutMs, this.#stop.signal);
      for (const loop of this.#loops) loop.lookAtLag();
      const asked = this.#loops.map((loop) => loop.token);
      try {
        const holders = await this.#parts.store.holders();
        for (const [index, loop] of this.#loops.entries()) loop.noticed(holders.get(loop.shard) ?? { kind: 'nobody' }, asked[index]);
      } catch (error) {
        this.#parts.logger.debug({ event: 'relay_lookout_failed', code: codeOf(error), err: error }, messageOf(error));
      }
    }
  }
}

/** Takes the turns of one shard: when there is something to do, and later when it cannot be done. */
class RelayLoop {
  readonly shard: number;
  readonly #parts: RelayParts;
  readonly #relay: ShardRelay;
  readonly #alarm: LagAlarm;
  readonly #signal = new Signal();
  readonly #stop: AbortSignal;
  #state: RelayHealth['state'] = 'starting';
  #problem: string | undefined;
  #pauseMs: number;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RelayParts, shard: number, stop: AbortSignal) {
    this.shard = shard;
    this.#parts = parts;
    this.#relay = new ShardRelay(parts, shard);
    this.#alarm = new LagAlarm(shard, parts.options.lagAlarm, parts.logger);
    this.#stop = stop;
    this.#pauseMs = parts.options.firstPauseMs;
  }

  get token(): number | undefined {
    return this.#relay.lease?.token;
  }

  start(): void {
    const unsubscribe = this.#parts.tail.onAppend((shard) => {
      if (shard === this.shard && this.#state !== 'standby') this.#signal.wake();
    });
    this.#running = this.#loop().finally(unsubscribe);
  }

  wake(): void {
    this.#signal.wake();
  }

  async ended(): Promise<void> {
    await this.#running;
  }

  /** Gives the shard up, whatever is under way. */
  async release(): Promise<void> {
    try {
      await this.#relay.release();
    } catch (error) {
      // The database is away; the shard is free when this process is known to be gone.
      this.#parts.logger.debug({ event: 'relay_release_failed', shard: this.shard, err: error }, messageOf(error));
    }
  }

  health(): RelayHealth {
    const { records, ms } = this.#relay.lag;
    const problem = this.#problem === undefined ? {} : { problem: this.#problem };
    return { shard: this.shard, state: this.#state, position: this.#relay.position, lag: records, lagMs: ms, ...problem };
  }

  lookAtLag(): void {
    this.#alarm.look(this.#relay.lag, this.#problem);
  }

  /** The lookout has seen who holds the shard; `asked`: this process's lease when it asked. */
  noticed(holder: RelayHolder, asked: number | undefined): void {
    if (asked !== this.token) return;
    const isOwn = holder.kind === 'self' && holder.token === asked;
    if (asked !== undefined && !isOwn) this.#relay.lose();
    if (asked === undefined ? this.#state === 'standby' && holder.kind !== 'other' : !isOwn) this.#signal.wake();
  }

  async #loop(): Promise<void> {
    while (!this.#stop.aborted) {
      try {
        await this.#rest(await this.#relay.turn());
      } catch (error) {
        await this.#stall(error);
      }
    }
    await this.release();
    this.#state = 'stopped';
  }

  async #rest(end: TurnEnd): Promise<void> {
    this.#recovered(end.kind === 'standby' ? 'standby' : 'running');
    switch (end.kind) {
      case 'published': {
        const linger = lingerUnderLoad(end.records);
        if (linger > 0) await pause(linger, this.#stop);
        return;
      }
      case 'idle':
        await this.#signal.wait(this.#parts.options.idleMs);
        return;
      case 'standby':
        await this.#signal.wait(STANDBY_MS);
        return;
      default:
        return unreachable(end);
    }
  }

  #recovered(state: RelayHealth['state']): void {
    if (this.#problem !== undefined)
      this.#parts.logger.info(
        { event: 'relay_recovered', shard: this.shard, position: this.#relay.position },
        'a shard is published again',
      );
    this.#state = state;
    this.#problem = undefined;
    this.#pauseMs = this.#parts.options.firstPauseMs;
  }

  /** Weather: nothing that was not confirmed is taken for published. Of a storm, only the beginning is worth a warning. */
  async #stall(error: unknown): Promise<void> {
    const level = this.#problem === undefined ? 'warn' : 'debug';
    this.#state = 'stalled';
    this.#problem = messageOf(error);
    const facts = { shard: this.shard, position: this.#relay.position, code: codeOf(error), err: error };
    this.#parts.logger[level]({ event: 'relay_stalled', ...facts }, 'a shard cannot be published');
    await pause(this.#pauseMs, this.#stop);
    this.#pauseMs = Math.min(this.#parts.options.longestPauseMs, this.#pauseMs * 2);
  }
}
