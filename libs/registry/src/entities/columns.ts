import { idOf, uuidOf } from '@crossdock/event-log';
import type { ValueTransformer } from 'typeorm';

/** 24 hex digits in the code, `uuid` in the table. */
export const objectId: ValueTransformer = {
  to: (id: unknown) => (typeof id === 'string' ? uuidOf(id) : id),
  from: (uuid: unknown) => (typeof uuid === 'string' ? idOf(uuid) : uuid),
};

/** int8 as number: revisions stay far below 2^53. */
export const count: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};
