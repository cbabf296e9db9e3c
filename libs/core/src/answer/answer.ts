import type { ErrorClass, NotificationEntry } from '../delivery/events.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';

/** A message that an endpoint's answer makes. The payload is the answer's own bytes. */
export interface AnswerMessage {
  readonly message: string;
  readonly payload: Uint8Array;
  readonly attributes?: JsonObject;
}

/** What an endpoint's answer means. */
export type Answer =
  | {
      readonly kind: 'success';
      readonly messages: readonly AnswerMessage[];
      readonly notifications: readonly NotificationEntry[];
      readonly parameters: readonly { readonly name: string; readonly value: JsonValue }[];
      /** Members without a meaning here, as bounded JSON text. */
      readonly result: string | undefined;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'failure';
      readonly class: ErrorClass;
      readonly text: string;
      readonly notifications: readonly NotificationEntry[];
      readonly warnings: readonly string[];
    };

export interface AnswerLimits {
  readonly maxMessages: number;
  readonly maxNotifications: number;
  readonly maxParameters: number;
  readonly maxResult: number;
  readonly maxErrorText: number;
}

export const DEFAULT_ANSWER_LIMITS: AnswerLimits = {
  maxMessages: 1_000,
  maxNotifications: 100,
  maxParameters: 1_000,
  maxResult: 4_096,
  maxErrorText: 500,
};
