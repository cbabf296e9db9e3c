export { eventLogContract } from './event-log.contract.ts';
export type { OpenWorld, World, WorldProcess } from './world.ts';
export { checkpointsContract } from './checkpoints.contract.ts';
export { dueDeliveriesContract } from './due-deliveries.contract.ts';
export { identifiersContract } from './identifiers.contract.ts';
export { logTailContract } from './log-tail.contract.ts';
