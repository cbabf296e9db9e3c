import { topicOf } from '@crossdock/contracts';
import type { LogTail, Publications, ReceivedMessages, RecordPublisher, RecordToPublish } from '@crossdock/core';
import { pause } from '@crossdock/kit';

const PAUSE_MS = 5;

export interface PumpSource {
  readonly tail: LogTail;
  readonly received: ReceivedMessages;
}

/** Publishes a log as it grows: what a relay does, for one process and without leases. */
export class Pump implements Publications {
  readonly #source: PumpSource;
  readonly #publisher: RecordPublisher;
  readonly #published = new Map<number, number>();
  readonly #last = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(source: PumpSource, publisher: RecordPublisher) {
    this.#source = source;
    this.#publisher = publisher;
    this.#running = Promise.all(source.tail.shards.map((shard) => this.#run(shard)));
  }

  last(topic: string, shard: number): Promise<number> {
    return Promise.resolve(this.#last.get(`${topic} ${shard}`) ?? 0);
  }

  /** Until everything that is in the log is on its topic. */
  async caughtUp(): Promise<void> {
    const { tail } = this.#source;
    while (tail.shards.some((shard) => (this.#published.get(shard) ?? 0) < tail.head(shard))) await pause(PAUSE_MS, this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(shard: number): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const position = this.#published.get(shard) ?? 0;
      const records = await recordsBehind(this.#source, shard, position, (topic) => this.#last.get(`${topic} ${shard}`) ?? 0);
      await this.#publisher.publish(shard, records);
      for (const record of records) this.#last.set(`${record.topic} ${shard}`, record.position);
      this.#published.set(shard, records.at(-1)?.position ?? position);
      if (records.length === 0) await pause(PAUSE_MS, this.#stop.signal);
    }
  }
}

/** A shard's events behind a position, as a relay publishes them. `lastOf` says where their topics stand. */
export async function recordsBehind(
  { tail, received }: PumpSource,
  shard: number,
  position: number,
  lastOf: (topic: string) => number = () => 0,
): Promise<readonly RecordToPublish[]> {
  const events = await tail.read(shard, position, 500);
  const payloads = await received.get(events.filter(({ event }) => event.type === 'message.received').map(({ stream }) => stream));
  const last = new Map<string, number>();
  return events.map((event) => {
    const topic = topicOf[event.event.type];
    const previous = last.get(topic) ?? lastOf(topic);
    last.set(topic, event.position);
    const payload = event.event.type === 'message.received' ? payloads.get(event.stream)?.payload : undefined;
    return { ...event, topic, previous, epoch: tail.epoch(shard), payload };
  });
}
