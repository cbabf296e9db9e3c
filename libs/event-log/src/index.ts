export {
  Database,
  databaseDefaults,
  pgOf,
  type DatabaseOptions,
  type PgTransaction,
  type Row,
  type Statement,
} from './database/database.ts';
export {
  idArray,
  int2Array,
  int4Array,
  int8Array,
  jsonArray,
  textArray,
  timestampArray,
  uuidBytesArray,
} from './database/binary-arrays.ts';
export { dayOf, idOf, lowestOfDay, uuidOf } from './database/object-id.ts';
export { migrate, type Migration } from './migrations/migrate.ts';
export { Partitions, partitionOf } from './log/partitions.ts';
export { openLog, type OpenLog, type OpenLogOptions } from './log/open-log.ts';
export { intakeDefaults, type IntakeOptions } from './log/pg-intake.ts';
export { PgCheckpoints } from './work/pg-checkpoints.ts';
export { PgDueDeliveries } from './work/pg-due-deliveries.ts';
export { PgParkedRecords } from './work/pg-parked-records.ts';
export { PgRejectedRecords, rejectedRecordsDefaults, type RejectedRecordsOptions } from './work/pg-rejected-records.ts';
export { PgIdentifiers } from './work/pg-identifiers.ts';
export { Worker, endFormerWorkers, workerDefaults } from './work/workers.ts';
export { Log1764000000001 } from './migrations/1764000000001-log.ts';
export { Work1764000000002 } from './migrations/1764000000002-work.ts';
export { WaitingDeliveries1764000000014 } from './migrations/1764000000014-waiting-deliveries.ts';
export { Projection1764000000003 } from './migrations/1764000000003-projection.ts';
export { Relay1764000000004 } from './migrations/1764000000004-relay.ts';
export { Relay, relayDefaults, type RelayHealth, type RelayOptions, type RelayParts } from './relay/relay.ts';
export { PgRelayStore } from './relay/pg-relay-store.ts';
export type { RelayStore } from './relay/relay-store.ts';
export { Projector, projectorDefaults } from './projection/projector.ts';
export { PgQueueLists, queueListsDefaults } from './projection/pg-queue-lists.ts';
export { ensureProjection, rebuildProjection, type RebuildOptions, type RebuildPhase, type RebuildResult } from './projection/rebuild.ts';
export { verify, type VerifyOptions, type VerifyPhase } from './verify/verify.ts';
export { invariants, type InvariantId, type InvariantResult } from './verify/report.ts';
