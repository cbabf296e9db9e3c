import { MemoryCheckpoints } from '../memory/memory-checkpoints.ts';
import { MemoryDueDeliveries } from '../memory/memory-due-deliveries.ts';
import { MemoryEventLog } from '../memory/memory-event-log.ts';
import { MemoryIdentifiers } from '../memory/memory-identifiers.ts';
import { MemoryUnitOfWork } from '../memory/memory-unit-of-work.ts';
import { MemoryWorker } from '../memory/memory-worker.ts';
import type { Clock } from '../ports/ambient.ts';
import type { World, WorldProcess } from './world.ts';

export interface MemoryProcess extends WorldProcess {
  readonly unitOfWork: MemoryUnitOfWork;
  readonly log: MemoryEventLog;
  readonly tail: MemoryEventLog;
  readonly received: MemoryEventLog;
  readonly checkpoints: MemoryCheckpoints;
  readonly due: MemoryDueDeliveries;
  readonly identifiers: MemoryIdentifiers;
}

export interface MemoryWorld extends World {
  readonly one: MemoryProcess;
  readonly two: MemoryProcess;
}

/** Two processes on a database in memory. */
export async function openMemoryWorld(now: Clock = () => 1_795_219_200_000, shards = 2): Promise<MemoryWorld> {
  const unitOfWork = new MemoryUnitOfWork();
  const log = new MemoryEventLog(shards);
  const start = async (): Promise<MemoryProcess> => {
    const worker = await MemoryWorker.register(unitOfWork);
    return {
      unitOfWork,
      log,
      tail: log,
      received: log,
      checkpoints: new MemoryCheckpoints(unitOfWork, log, worker),
      due: new MemoryDueDeliveries(unitOfWork, worker, now),
      identifiers: new MemoryIdentifiers(unitOfWork),
      die: () => worker.end(),
    };
  };
  const one = await start();
  const two = await start();
  return {
    one,
    two,
    parkedRecords: () => Promise.resolve(one.checkpoints.parked().map(({ parkedAt: _parkedAt, ...record }) => record)),
    close: () => Promise.resolve(),
  };
}
