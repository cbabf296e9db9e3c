export { BatchPattern, type BatchExtras } from './batch-pattern.ts';
export { HubError, codeOf, isWeather, messageOf } from './errors.ts';
export { Lane, lingerUnderLoad, type LaneOptions } from './lane.ts';
export { createLogger, NestLogger, type Logger, type LoggerOptions } from './logger.ts';
export { objectIds, sha256 } from './object-ids.ts';
export type { HttpLimits, ServiceDefinition } from './service-definition.ts';
export { PROBES, type ProbeAnswer, type Probes } from './probes.ts';
export { formatProgress, Progress, type ProgressFacts, type ProgressStream } from './progress.ts';
export { inTime, pause, Signal, within } from './signal.ts';
export { Turn } from './turn.ts';
export {
  CLOCK,
  DESCRIPTION_FETCHER,
  DUE_DELIVERIES,
  EVENT_LOG,
  IDENTIFIERS,
  INTAKE,
  LOG_TAIL,
  LOGGER,
  NEW_ID,
  PARKED_RECORDS,
  PROJECTOR,
  QUEUE_LISTS,
  RANDOM,
  RECEIVED_MESSAGES,
  REGISTRY,
  REJECTED_RECORDS,
  SENDER,
  SHA256,
  UNIT_OF_WORK,
} from './tokens.ts';
export {
  INTEGRATION_STORE,
  MAPPING_STORE,
  PARAMETER_STORE,
  REGISTRY_HISTORY,
  SCHEDULER_STORE,
  SCHEMA_STORE,
  STORE_DIRECTORY,
  TOKEN_VERIFIER,
} from './registry-tokens.ts';
export { utf8 } from './utf8.ts';
