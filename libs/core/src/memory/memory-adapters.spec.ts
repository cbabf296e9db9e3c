import { checkpointsContract } from '../testing/checkpoints.contract.ts';
import { dueDeliveriesContract } from '../testing/due-deliveries.contract.ts';
import { eventLogContract } from '../testing/event-log.contract.ts';
import { identifiersContract } from '../testing/identifiers.contract.ts';
import { logTailContract } from '../testing/log-tail.contract.ts';
import { openMemoryWorld } from '../testing/memory-world.ts';

eventLogContract('in memory', () => openMemoryWorld());
logTailContract('in memory', () => openMemoryWorld());
checkpointsContract('in memory', () => openMemoryWorld());
dueDeliveriesContract('in memory', () => openMemoryWorld());
identifiersContract('in memory', () => openMemoryWorld());
