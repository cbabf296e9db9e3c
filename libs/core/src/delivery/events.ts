import type { JsonObject } from '../json/json-value.ts';
import type { Lineage } from '../message/events.ts';
import type { SendFailureClass } from '../ports/sender.ts';

/** Why an attempt did not succeed. The first group is what an endpoint answered, the second what the exchange met. */
export type ErrorClass =
  | 'http_2xx'
  | 'http_3xx'
  | 'http_4xx'
  | 'http_5xx'
  | 'not_json'
  | 'message_id_absent'
  | 'wrong_message_id'
  | SendFailureClass;

export interface AttemptError {
  readonly class: ErrorClass;
  /** For people: the endpoint's own words where it gave any, bounded. */
  readonly text: string;
}

/** One HTTP exchange of a delivery. Times in ms since the epoch; bodies are bounded, credentials left out. */
export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly url: string;
  readonly status?: number;
  readonly answer?: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly bytes: number };
  readonly error?: AttemptError;
  /** What was odd about the answer without making it a failure. */
  readonly warnings?: readonly string[];
}

/** An entry of an answer's `notifications`, made regular. */
export interface NotificationEntry {
  readonly level: NotificationLevel;
  readonly subject: string;
  readonly description: string;
  readonly referenceType?: string;
  readonly referenceId?: string;
  readonly referenceToken?: string;
  readonly attributes?: JsonObject;
}
export type NotificationLevel = 'info' | 'warn' | 'error';

export type ParkReason = 'attempts_exhausted' | 'retries_not_allowed' | 'loop_guard' | 'mapping_gone';

export interface DeliveryAccepted extends Lineage {
  readonly type: 'delivery.accepted';
  readonly message: string;
  readonly rootMessage: string;
  /** The incoming message that was routed; its first event holds the payload. */
  readonly parent: string;
  /** Who sent that message. Older logs lack it. */
  readonly source?: string;
  readonly mapping: string;
  /** `integration.service`: the consumer. */
  readonly name: string;
  /** The store's registry revision that routed it. */
  readonly revision: number;
  /** The store's revision that made the mapping what it was. Older logs lack it. */
  readonly mappingRevision?: number;
  readonly endpoint: number;
  readonly hops: number;
  /** The mappings whose answers led to the message, oldest first, the last 20 of them. Absent for a push. */
  readonly trail?: readonly string[];
  readonly paused?: true;
}

export interface DeliverySucceeded extends Lineage {
  readonly type: 'delivery.succeeded';
  readonly attempt: Attempt;
  /** Ids of the messages that the answer made. */
  readonly children?: readonly string[];
  readonly notifications?: readonly NotificationEntry[];
  /** Names of the parameters that the answer set. */
  readonly parameters?: readonly string[];
  /** Members of the answer that have no meaning here, bounded JSON text. */
  readonly result?: string;
}

export interface DeliveryFailed extends Lineage {
  readonly type: 'delivery.failed';
  readonly attempt: Attempt;
  readonly retryAt: number;
  readonly notifications?: readonly NotificationEntry[];
}

export interface DeliveryScheduled extends Lineage {
  readonly type: 'delivery.scheduled';
  readonly attempt: Attempt;
  readonly until: number;
  readonly notifications?: readonly NotificationEntry[];
}

export interface DeliveryParked extends Lineage {
  readonly type: 'delivery.parked';
  readonly reason: ParkReason;
  readonly attempt?: Attempt;
  readonly notifications?: readonly NotificationEntry[];
}

export interface DeliveryRequeued extends Lineage {
  readonly type: 'delivery.requeued';
  readonly by: string;
  readonly endpoint: number;
}

export interface DeliveryArchived extends Lineage {
  readonly type: 'delivery.archived';
  readonly by: string;
  readonly reason?: string;
}

/** An answer to an attempt that another owner had ended: visible, without any effect. */
export interface DeliveryAnsweredLate extends Lineage {
  readonly type: 'delivery.answered_late';
  readonly attempt: Attempt;
}

/** The process that made this attempt died before the outcome was stored; whether the endpoint saw it is unknown. */
export interface DeliveryAttemptLost extends Lineage {
  readonly type: 'delivery.attempt_lost';
  readonly number: number;
}

export type DeliveryEvent =
  | DeliveryAccepted
  | DeliverySucceeded
  | DeliveryFailed
  | DeliveryScheduled
  | DeliveryParked
  | DeliveryRequeued
  | DeliveryArchived
  | DeliveryAnsweredLate
  | DeliveryAttemptLost;
