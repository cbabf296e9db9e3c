export { Database, databaseDefaults, pgOf, type DatabaseOptions, type PgTransaction, type Row, type Statement } from './database/database.ts';
export { idArray, int2Array, int4Array, int8Array, jsonArray, textArray, timestampArray, uuidBytesArray } from './database/binary-arrays.ts';
export { dayOf, idOf, lowestOfDay, uuidOf } from './database/object-id.ts';
export { migrate, type Migration } from './migrations/migrate.ts';
export { makePartitions, makePartitionsAhead, partitionOf } from './log/partitions.ts';
export { Log1764000000001 } from './migrations/1764000000001-log.ts';
export { Work1764000000002 } from './migrations/1764000000002-work.ts';
