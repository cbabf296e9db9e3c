import { checkPayload, typeAliases } from '@crossdock/contracts';
import {
  checkMessage,
  type CheckPayload,
  type Clock,
  type Finding,
  type QueueLists,
  type Received,
  type ReceivedMessages,
} from '@crossdock/core';
import { CLOCK, QUEUE_LISTS, RECEIVED_MESSAGES } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { visitNewest } from '../messages/newest-received.ts';

/** A message that would be valid no more, and why. */
export interface SchemaEffectExample {
  readonly message_id: string;
  readonly message: string;
  readonly created_at: string;
  readonly errors: readonly Finding[];
}

/** What a schema would make of the newest messages of its type. */
export interface SchemaEffect {
  /** How many were checked. */
  readonly examined: number;
  /** Invalid by the schema, or by the rules of the type. */
  readonly invalid: number;
  /** Of these, valid so far. */
  readonly newly_invalid: number;
  /** Invalid so far, and not any more. */
  readonly newly_valid: number;
  /** Some that are newly invalid, the newest first. */
  readonly examples: readonly SchemaEffectExample[];
  /** Why not more were checked. */
  readonly stopped: string | null;
}

/** What is wanted to be known. */
export interface EffectQuestion {
  readonly store: string;
  readonly type: string;
  readonly last: number;
  /** By the schema that is in use. */
  readonly before: CheckPayload | undefined;
  readonly after: CheckPayload;
}

export const DEFAULT_LAST = 100;
export const MOST_LAST = 1_000;
const MOST_EXAMPLES = 10;
const MOST_ERRORS = 3;

/** Holds real messages to a schema before others are held to it. */
@Injectable()
export class SchemaEffects {
  constructor(
    @Inject(QUEUE_LISTS) private readonly lists: QueueLists,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async of({ store, type, last, before, after }: EffectQuestion): Promise<SchemaEffect> {
    const counts = { invalid: 0, newly_invalid: 0, newly_valid: 0 };
    const examples: SchemaEffectExample[] = [];
    const visit = (id: string, message: Received): void => {
      const wasValid = errorsOf(message, before).length === 0;
      const errors = errorsOf(message, after);
      if (errors.length === 0) {
        if (!wasValid) counts.newly_valid += 1;
        return;
      }
      counts.invalid += 1;
      if (!wasValid) return;
      counts.newly_invalid += 1;
      if (examples.length < MOST_EXAMPLES) examples.push(exampleOf(id, message, errors));
    };
    const wanted = { store, types: typeAliases(type), last, which: 'all' } as const;
    const { count, stopped } = await visitNewest({ lists: this.lists, received: this.received, now: this.now }, wanted, visit);
    return { examined: count, ...counts, examples, stopped: stopped ?? null };
  }
}

/** As the validator would find them. */
function errorsOf(received: Received, check: CheckPayload | undefined): readonly Finding[] {
  const { message } = received.event;
  const payload = received.parsed();
  const registered = check === undefined ? undefined : { type: message, version: 0, check };
  return checkMessage(checkPayload(message, payload), registered, payload, received.payload.length).errors;
}

function exampleOf(id: string, { event, at }: Received, errors: readonly Finding[]): SchemaEffectExample {
  return { message_id: id, message: event.message, created_at: new Date(at).toISOString(), errors: errors.slice(0, MOST_ERRORS) };
}
