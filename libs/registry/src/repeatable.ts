import { codeOf } from '@crossdock/kit';
import type { DataSource, EntityManager } from 'typeorm';

const MOST_RUNS = 6;
const REPEATABLE = new Set(['40P01', '40001']);

/** One transaction, begun anew where the database chose it as the victim of a deadlock. */
export async function inTransaction<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await source.transaction(work);
    } catch (error) {
      if (run >= MOST_RUNS || !REPEATABLE.has(codeOf(error) ?? '')) throw error;
    }
  }
}
