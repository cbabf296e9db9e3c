import { checkPayload } from '@crossdock/contracts';
import {
  checkMessage,
  childId,
  decideResubmission,
  diffJson,
  foldMessage,
  type CheckedMessage,
  type Clock,
  type EventLog,
  type JsonDiff,
  type JsonValue,
  type MessageState,
  type ReceivedMessages,
  type Received,
  type Registry,
  type Resubmission,
  type Sha256,
  type StoredEvent,
  type Transaction,
  type UnitOfWork,
} from '@crossdock/core';
import { CLOCK, codeOf, EVENT_LOG, RECEIVED_MESSAGES, REGISTRY, SHA256, UNIT_OF_WORK } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { HttpError } from '../http/http-error.ts';
import { messageNotFound } from '../messages/message-not-found.ts';
import type { Push } from '../push/read-push.ts';

/** A message that may be sent again, as it was. */
export interface Original {
  readonly id: string;
  readonly state: Exclude<MessageState, { status: 'unknown' }>;
  readonly received: Received;
}

/** What became of sending a message again. */
export interface Resubmitted {
  readonly id: string;
  readonly message: string;
  readonly root: string;
  readonly diff: JsonDiff;
  /** The same had been sent before: it is that message. */
  readonly isRepeated: boolean;
}

/** How often a proven collision of ids is evaded. */
const MOST_SALTS = 3;
/** Of the database: it cannot hold this very payload. */
const CANNOT_HOLD = /^22/;

/** Sends messages again with another payload. The original stays what it was, and names the new message. */
@Injectable()
export class Resubmissions {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(SHA256) private readonly sha256: Sha256,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** The message as it was, if it is one that may be sent again. */
  async original(store: string, id: string): Promise<Original> {
    const stream = (await this.log.load([id])).get(id);
    if (stream?.[0] === undefined || stream[0].event.store !== store) throw messageNotFound(id);
    const state = finished(id, foldMessage(stream));
    const received = (await this.received.get([id])).get(id);
    if (received === undefined) throw messageNotFound(id);
    return { id, state, received };
  }

  /** What the validator would find in it. */
  async check(store: string, push: Push): Promise<CheckedMessage> {
    const snapshot = (await this.registry.snapshots([store])).get(store);
    return checkMessage(checkPayload(push.message, push.parsed), snapshot?.schemas.get(push.message), push.parsed, push.payload.length);
  }

  diff({ received }: Original, push: Push): JsonDiff {
    return diffJson(received.parsed() as JsonValue, push.parsed);
  }

  /**
   * Stores the new message and, in the same transaction, the original's word of it. Its id is made of the original and of what is sent, so that
   * sending the same twice makes one message.
   */
  async send(original: Original, push: Push, by: string): Promise<Resubmitted> {
    const diff = this.diff(original, push);
    const { id, received } = original;
    const { root } = received.event;
    const resubmission = {
      message: push.message,
      ...(push.source === undefined ? {} : { source: push.source }),
      ...(push.attributes === undefined ? {} : { attributes: push.attributes }),
      diff,
      bytes: push.payload.length,
      by,
    };
    try {
      return await this.unitOfWork.run(async (tx) => {
        const { child, isRepeated } = await this.#childOf(tx, id, push);
        if (!isRepeated) await this.#append(tx, original, push, { ...resubmission, child });
        return { id: child, message: push.message, root, diff, isRepeated };
      });
    } catch (error) {
      if (!CANNOT_HOLD.test(codeOf(error) ?? '')) throw error;
      throw new HttpError('payload_invalid', { detail: 'The database cannot hold this payload.', field: 'payload', cause: error });
    }
  }

  async #childOf(
    tx: Transaction,
    parent: string,
    { message, payload }: Push,
  ): Promise<{ readonly child: string; readonly isRepeated: boolean }> {
    const key = this.sha256(`${message}\n${Buffer.from(payload).toString('utf8')}`);
    for (let salt = 0; salt < MOST_SALTS; salt += 1) {
      const child = childId(this.sha256, { kind: 'edit', parent, key, salt });
      const first = (await this.log.load([child], tx)).get(child)?.[0];
      if (first === undefined) return { child, isRepeated: false };
      // Any other is a collision.
      if (first.event.type === 'message.received' && first.event.parent === parent && first.event.origin === 'edit')
        return { child, isRepeated: true };
    }
    throw new HttpError('state_changed', { detail: 'No id could be found for the new message.' });
  }

  async #append(tx: Transaction, { id }: Original, { payload, parsed }: Push, resubmission: Resubmission): Promise<void> {
    const stream: readonly StoredEvent[] = (await this.log.load([id], tx)).get(id) ?? [];
    const state = foldMessage(stream);
    const decision = decideResubmission(state, resubmission);
    const [first] = stream;
    if (decision.kind !== 'decided' || first === undefined) throw notFinished(id);
    const at = this.now();
    await this.log.append(tx, first.shard, [
      { stream: id, version: state.version + 1, at, event: decision.parent },
      { stream: resubmission.child, version: 1, at, event: decision.child, payload, parsed },
    ]);
  }
}

function finished(id: string, state: MessageState): Original['state'] {
  if (state.status === 'unknown')
    throw new HttpError('message_not_correctable', { detail: `${id} is a delivery: send its message again, which is its parent_id.` });
  if (state.status === 'received' || state.status === 'validated') throw notFinished(id);
  return state;
}

const notFinished = (id: string): HttpError =>
  new HttpError('message_not_correctable', { detail: `Message ${id} is still under way: what becomes of it is not known yet.` });
