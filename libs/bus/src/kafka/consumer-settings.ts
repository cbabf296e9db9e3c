import type { MembershipSettings } from './kafka-client.ts';
import type { LaneSettings } from './partition-lane.ts';

export interface ConsumerSettings extends MembershipSettings, LaneSettings {
  /** Partitions worked on at once. */
  readonly concurrency: number;
  /** Values of so many bytes together make a chunk full, however few records they are. */
  readonly chunkBytes: number;
  /** Kafka is told so often how far we are: its offset is a hint, the checkpoint is the truth. */
  readonly commitEveryMs: number;
  /** How often to look for parked records that a person wants to be tried again, and for partitions without news. */
  readonly tickMs: number;
  /** A consumer that hears nothing from its brokers for so long is built anew. */
  readonly silenceMs: number;
  /** So often in a row, where no broker's absence explains it. Then it is dead. */
  readonly maxRebuilds: number;
  /** The wait between two tries: doubled each time, up to the longest. */
  readonly firstRebuildMs: number;
  readonly longestRebuildMs: number;
  /** How long to look for brokers at the start. */
  readonly startWithinMs: number;
}

export const kafkaConsumerDefaults: ConsumerSettings = {
  sessionTimeoutMs: 30_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 60_000,
  maxWaitMs: 250,
  maxBytes: 8 << 20,
  maxBytesPerPartition: 1 << 20,
  concurrency: 4,
  chunkBytes: 1 << 20,
  commitEveryMs: 1_000,
  tickMs: 1_000,
  idleMs: 5_000,
  firstPauseMs: 50,
  longestPauseMs: 5_000,
  silenceMs: 60_000,
  maxRebuilds: 10,
  firstRebuildMs: 250,
  longestRebuildMs: 5_000,
  startWithinMs: 60_000,
};
