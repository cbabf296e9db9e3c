import type { Checkpoints, ParkedRecord } from '../ports/bus.ts';
import type { DueDeliveries } from '../ports/due.ts';
import type { EventLog, LogTail, ReceivedMessages } from '../ports/event-log.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UnitOfWork } from '../ports/transaction.ts';

/** The adapters of one process. */
export interface WorldProcess {
  readonly unitOfWork: UnitOfWork;
  readonly log: EventLog;
  readonly tail: LogTail;
  readonly received: ReceivedMessages;
  readonly checkpoints: Checkpoints;
  readonly due: DueDeliveries;
  readonly identifiers: Identifiers;
  /** Ends the process without a word: whatever it leases or owns is nobody's. */
  die(): Promise<void>;
}

/** A fresh, empty store of two shards, and two processes that share it. What every contract suite runs in. */
export interface World {
  readonly one: WorldProcess;
  readonly two: WorldProcess;
  /** What has been parked, by position. */
  parkedRecords(): Promise<readonly Omit<ParkedRecord, 'parkedAt'>[]>;
  close(): Promise<void>;
}

export type OpenWorld = () => Promise<World>;
