import { createHash } from 'node:crypto';
import type { Sha256 } from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import type { Database } from '../database/database.ts';
import { hasProjection } from '../projection/rebuild.ts';
import { headsOfLog } from '../projection/stream-scan.ts';
import { Alarm } from '../projection/alarm.ts';
import { checkCheckpoints } from './check-checkpoints.ts';
import { checkCounters } from './check-counters.ts';
import { checkPositions } from './check-positions.ts';
import { checkRelays } from './check-relays.ts';
import { checkRoutes, type PastMappings } from './check-routes.ts';
import { checkStreams } from './check-streams.ts';
import { knownConsumers, type ConsumerTopics } from './consumer-lags.ts';
import { Report, type InvariantResult } from './report.ts';

export type VerifyPhase = 'positions' | 'streams' | 'routes' | 'counters';

export interface VerifyOptions {
  /** The groups whose lag explains that a message is still open. */
  readonly consumers: ConsumerTopics;
  readonly pageEvents: number;
  /** How often something suspicious is looked at again before it counts, and how long to wait in between, ms. */
  readonly rechecks: number;
  readonly recheckMs: number;
  /** With them every routing decision is made again, which reads every payload. */
  readonly history?: PastMappings;
  onProgress(done: number, total: number, phase: VerifyPhase): void;
}

export const verifyDefaults: VerifyOptions = {
  consumers: knownConsumers,
  pageEvents: 4_000,
  rechecks: 3,
  recheckMs: 300,
  onProgress: () => undefined,
};

const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');

/**
 * Checks what must hold of the log, the working state and the projection, while the system runs: one result per invariant.
 * It only reads, in short statements.
 */
export async function verify(database: Database, options: Partial<VerifyOptions> = {}): Promise<readonly InvariantResult[]> {
  const { consumers, pageEvents, rechecks, recheckMs, history, ...rest } = { ...verifyDefaults, ...options };
  if (!(await hasProjection(database))) {
    throw new HubError(
      'projection_missing',
      'The tables of the lists are missing or empty. Start the system once, or rebuild them; then verify again.',
    );
  }
  const report = new Report();
  const total = [...(await headsOfLog(database)).values()].reduce((sum, head) => sum + head, 0);
  const progress = (phase: VerifyPhase): ((count: number) => void) => {
    let done = 0;
    rest.onProgress(0, total, phase);
    return (count) => {
      done += count;
      rest.onProgress(done, Math.max(done, total), phase);
    };
  };
  const pause = (): Promise<void> => new Alarm().wait(recheckMs);
  await checkPositions(database, report, progress('positions'));
  await checkStreams({ database, consumers, sha256, report, pageEvents, rechecks, pause, onEvents: progress('streams') });
  if (history !== undefined) await checkRoutes(database, history, report, progress('routes'));
  rest.onProgress(0, 1, 'counters');
  await checkCounters({ database, report, rechecks, pause });
  await checkCheckpoints(database, consumers, report);
  await checkRelays(database, report);
  rest.onProgress(1, 1, 'counters');
  return report.results();
}
