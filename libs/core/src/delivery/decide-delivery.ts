import type { Answer, AnswerMessage } from '../answer/answer.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { Lineage } from '../message/events.ts';
import type { MappingOptions } from '../routing/mapping.ts';
import { retryDelay } from './backoff.ts';
import type { Attempt, DeliveryFailed, DeliveryParked, DeliverySucceeded, NotificationEntry } from './events.ts';

/** Deeper lineages are loops until a person says otherwise. */
export const MAX_HOPS = 20;

export interface DeliveryInput extends Lineage {
  readonly options: MappingOptions;
  /** Failures in a row before this attempt. */
  readonly failures: number;
  /** The attempt, without its error and warnings: those are decided here. */
  readonly attempt: Omit<Attempt, 'error' | 'warnings'>;
  readonly outcome: Answer;
  /** What the endpoint asked to wait, ms. */
  readonly retryAfterMs: number | undefined;
  readonly now: number;
  /** Drawn from [0, 1). */
  readonly random: number;
}

export type DeliveryDecision =
  | {
      readonly kind: 'succeeded';
      readonly event: DeliverySucceeded;
      readonly messages: readonly AnswerMessage[];
      readonly parameters: readonly { readonly name: string; readonly value: JsonValue }[];
    }
  | { readonly kind: 'failed'; readonly event: DeliveryFailed; readonly failures: number; readonly dueAt: number }
  | { readonly kind: 'parked'; readonly event: DeliveryParked };

/** What follows from an attempt: done, again later, or a person's turn. */
export function decideDelivery(input: DeliveryInput): DeliveryDecision {
  const { outcome, store, root } = input;
  const warnings = outcome.warnings.length === 0 ? {} : { warnings: outcome.warnings };
  if (outcome.kind === 'success') {
    return {
      kind: 'succeeded',
      messages: outcome.messages,
      parameters: outcome.parameters,
      event: {
        type: 'delivery.succeeded',
        store,
        root,
        attempt: { ...input.attempt, ...warnings },
        ...notes(outcome.notifications),
        ...(outcome.parameters.length === 0 ? {} : { parameters: outcome.parameters.map((parameter) => parameter.name) }),
        ...(outcome.result === undefined ? {} : { result: outcome.result }),
      },
    };
  }
  const attempt: Attempt = { ...input.attempt, error: { class: outcome.class, text: outcome.text }, ...warnings };
  const facts = { store, root, attempt, ...notes(outcome.notifications) };
  const failures = input.failures + 1;
  if (!input.options.retriesAllowed) return { kind: 'parked', event: { type: 'delivery.parked', reason: 'retries_not_allowed', ...facts } };
  if (failures >= input.options.maxAttempts)
    return { kind: 'parked', event: { type: 'delivery.parked', reason: 'attempts_exhausted', ...facts } };
  const dueAt = Math.round(input.now + retryDelay(failures, input.options.backoff, input.random, input.retryAfterMs));
  return { kind: 'failed', event: { type: 'delivery.failed', retryAt: dueAt, ...facts }, failures, dueAt };
}

function notes(notifications: readonly NotificationEntry[]): { readonly notifications?: readonly NotificationEntry[] } {
  return notifications.length === 0 ? {} : { notifications };
}
