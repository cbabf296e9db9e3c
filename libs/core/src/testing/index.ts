export {
  accepted,
  answered,
  answeredLate,
  attempt,
  attemptLost,
  beginning,
  bytesOf,
  deliveryArchived,
  deliveryId,
  entry,
  failed,
  filters,
  finding,
  given,
  givenDelivery,
  givenNotification,
  identifiers,
  invalid,
  mapping,
  messageArchived,
  messageId,
  neverProcessed,
  notificationId,
  options,
  parked,
  raised,
  received,
  refused,
  repeated,
  resubmitted,
  requeued,
  routed,
  scheduled,
  sent,
  storeId,
  streamed,
  succeeded,
  validated,
  withRepeats,
} from './builders.ts';
export { eventLogContract } from './event-log.contract.ts';
export type { OpenWorld, World, WorldProcess } from './world.ts';
export { checkpointsContract } from './checkpoints.contract.ts';
export { dueDeliveriesContract } from './due-deliveries.contract.ts';
export { identifiersContract } from './identifiers.contract.ts';
export { logTailContract } from './log-tail.contract.ts';
export { openMemoryWorld, type MemoryProcess, type MemoryWorld } from './memory-world.ts';
export { logConsumerContract } from './log-consumer.contract.ts';
export { registryContract, type MappingWish, type RegistryWorld } from './registry.contract.ts';
export { recordPublisherContract, type Published, type RecordPublisherWorld } from './record-publisher.contract.ts';
export { rejectedRecordsContract, type RejectedRecordsWorld } from './rejected-records.contract.ts';
export { decoded, recordsOf, store } from './records.ts';
