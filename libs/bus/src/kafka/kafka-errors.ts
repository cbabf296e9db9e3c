import { HubError, messageOf } from '@crossdock/kit';

// kafkajs's error classes cannot be imported by name, so its errors are told by their shape.

/** Says that this consumer has to join its group again: kafkajs does so by itself when its batch ends with such an error. */
const LEFT_BEHIND: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
]);

/** What kafkajs calls final, though it passes: brokers come back, coordinators are elected, requests get through. */
const PASSING: ReadonlySet<string> = new Set([
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
]);

/** What brokers say of records that they will never take. */
const REFUSED: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

const MOST_CAUSES = 10;

/** Whether the group has moved on without this consumer. */
export function isLeftBehind(error: unknown): boolean {
  return LEFT_BEHIND.has(typeOf(error));
}

/** Whether a topic refuses records for what they are. */
export function isRefused(error: unknown): boolean {
  return causes(error).some((cause) => REFUSED.has(typeOf(cause)));
}

/** The name of a protocol error; empty for all others. */
export function typeOf(error: unknown): string {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : '';
}

/** Whether an error of kafkajs speaks of brokers and networks, so that it ends by itself, and not of a wrong setting or a defect. */
export function isPassing(error: unknown): boolean {
  const chain = causes(error);
  // A wrong password is repeated like any other failure; only the innermost error says what it was.
  if (chain.some(({ name }) => name === 'KafkaJSSASLAuthenticationError')) return false;
  return chain.some((cause) => PASSING.has(cause.name) || ('retriable' in cause && cause.retriable === true));
}

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && chain.length < MOST_CAUSES; cause = cause.cause) chain.push(cause);
  return chain;
}

/** Kafka did not do what was asked: weather, whatever the reason, as somebody may put it right while we try. */
export function kafkaUnavailable(what: string, cause: unknown): HubError {
  return new HubError('kafka_unavailable', `${what}: ${messageOf(cause)}`, { retriable: true, cause });
}
