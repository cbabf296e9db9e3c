export { eventLogContract } from './event-log.contract.ts';
export type { OpenWorld, World, WorldProcess } from './world.ts';
export { checkpointsContract } from './checkpoints.contract.ts';
