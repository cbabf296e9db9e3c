import type { JsonObject } from '../json/json-value.ts';
import type { AppliedSchema } from '../validation/check-message.ts';
import type { Finding } from '../validation/finding.ts';
import type { RoutedTo, RoutingReason } from '../routing/routing-reason.ts';

/** What every event says of where it belongs: its store, and the message at the root of its lineage (the record key). */
export interface Lineage {
  readonly store: string;
  readonly root: string;
}

/**
 * How a message came in. `answer`: made by an endpoint's answer; `notification`: pushed by a first notification; `edit`: somebody sent
 * another one again with another payload.
 */
export type Origin = 'push' | 'answer' | 'notification' | 'edit';

export interface MessageReceived extends Lineage {
  readonly type: 'message.received';
  /** The type name in colon notation, e.g. `order:new`. */
  readonly message: string;
  /** Type name of the message at the root of the lineage; what comes of a notification has the notification's. */
  readonly rootMessage: string;
  readonly origin: Origin;
  readonly source?: string;
  /** The message or delivery this one was made from. */
  readonly parent?: string;
  /** 0 for a push; one more for each answer. */
  readonly hops: number;
  /** The mappings whose answers led here, oldest first, the last 20 of them. Absent for a push. */
  readonly trail?: readonly string[];
  /** Members of the submission other than `message`, `message_id`, `payload` and `store_id`, bounded. */
  readonly attributes?: JsonObject;
  /** Size of the payload in bytes. */
  readonly bytes: number;
}

export interface MessageValidated extends Lineage {
  readonly type: 'message.validated';
  readonly message: string;
  /** The store's schema that it was held to, beside the rules of its type. */
  readonly schema?: AppliedSchema;
  readonly warnings?: readonly Finding[];
}

export interface MessageInvalid extends Lineage {
  readonly type: 'message.invalid';
  readonly message: string;
  readonly schema?: AppliedSchema;
  readonly errors: readonly Finding[];
  readonly warnings?: readonly Finding[];
}

export interface MessageRouted extends Lineage {
  readonly type: 'message.routed';
  readonly message: string;
  /** The store's registry revision that decided. */
  readonly revision: number;
  readonly sent: readonly RoutedTo[];
  readonly reasons: readonly RoutingReason[];
  /** Reasons beyond the stored ones, counted per code. */
  readonly more?: Readonly<Record<string, number>>;
}

export interface MessageNeverProcessed extends Lineage {
  readonly type: 'message.never_processed';
  readonly message: string;
  readonly revision: number;
  readonly reasons: readonly RoutingReason[];
  readonly more?: Readonly<Record<string, number>>;
}

export interface MessageArchived extends Lineage {
  readonly type: 'message.archived';
  readonly message: string;
  readonly by: string;
  readonly reason?: string;
}

/** Somebody sent the message again with another payload: as a message of its own. What was decided of this one stands. */
export interface MessageResubmitted extends Lineage {
  readonly type: 'message.resubmitted';
  readonly message: string;
  /** The new message. */
  readonly child: string;
  readonly by: string;
}

export type MessageEvent =
  | MessageReceived
  | MessageValidated
  | MessageInvalid
  | MessageRouted
  | MessageNeverProcessed
  | MessageArchived
  | MessageResubmitted;
