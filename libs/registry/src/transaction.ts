import { codeOf, HubError } from '@crossdock/kit';
import type { DataSource, EntityManager } from 'typeorm';

const MOST_RUNS = 6;
const REPEATABLE = new Set(['40P01', '40001']);
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08006',
]);

/** One transaction, begun anew where the database chose it as the victim of a deadlock. */
export async function inTransaction<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await source.transaction(work);
    } catch (error) {
      if (run >= MOST_RUNS || !REPEATABLE.has(codeOf(error) ?? '')) throw understood(error);
    }
  }
}

/** As `inTransaction`, but an ending that is not kept leaves nothing behind: what was written for it is rolled back. */
export async function inTransactionIf<T>(
  source: DataSource,
  kept: (ending: T) => boolean,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  let undone: { readonly ending: T } | undefined;
  try {
    return await inTransaction(source, async (manager) => {
      const ending = await work(manager);
      if (kept(ending)) return ending;
      undone = { ending };
      // TypeORM rolls back for errors alone.
      throw new HubError('transaction_aborted', 'What was begun is not to be kept.', { retriable: false });
    });
  } catch (error) {
    if (undone === undefined) throw error;
    return undone.ending;
  }
}

/** Reading without a transaction. */
export async function reading<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  try {
    return await work(source.manager);
  } catch (error) {
    throw understood(error);
  }
}

function understood(error: unknown): unknown {
  const lost =
    LOST.has(codeOf(error) ?? '') ||
    (error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message));
  return lost ? new HubError('database_unreachable', 'The database cannot be reached.', { retriable: true, cause: error }) : error;
}
