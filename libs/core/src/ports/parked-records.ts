import type { CheckpointKey, ParkedRecord } from './bus.ts';
import type { Transaction } from './transaction.ts';

/** Records that a handler could not work with. They wait for a person. */
export interface ParkedRecords {
  /** A store's, newest first, at most `limit`. */
  list(store: string, limit: number): Promise<readonly ParkedRecord[]>;
  /** Asks the consumers to try this stream's records again. Answers whether there are any. */
  requestRetry(tx: Transaction, stream: string): Promise<boolean>;
  /** Gives a stream's records up: a person has archived it. */
  dismiss(tx: Transaction, stream: string): Promise<void>;
  /** Those of a consumer that are to be tried again. */
  wanted(key: CheckpointKey): Promise<readonly ParkedRecord[]>;
  /** It has worked. */
  remove(tx: Transaction, record: ParkedRecord): Promise<void>;
  /** It has not. */
  refuse(record: ParkedRecord, reason: string): Promise<void>;
}
