import type { JsonDiff } from '../json/diff.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { unreachable } from '../unreachable.ts';
import type { MessageReceived, MessageResubmitted } from './events.ts';
import type { MessageState } from './message.ts';

/** A message as somebody wants it to be sent again. */
export interface Resubmission {
  /** The new message's id. */
  readonly child: string;
  /** The type, where it is another one. */
  readonly message?: string;
  readonly source?: string;
  /** Members that came along. */
  readonly attributes?: JsonObject;
  readonly diff: JsonDiff;
  /** Size of the new payload in bytes. */
  readonly bytes: number;
  readonly by: string;
}

export type ResubmissionDecision =
  | { readonly kind: 'decided'; readonly parent: MessageResubmitted; readonly child: MessageReceived }
  | { readonly kind: 'unknown' }
  /** It is still under way: what becomes of it is not known. */
  | { readonly kind: 'refused'; readonly status: 'received' | 'validated' };

/**
 * May this message be sent again with another payload, and as what? Any that is finished may. The new one stands in the lineage where the
 * original stands: a person's correction is no answer, so it is not a hop further.
 */
export function decideResubmission(state: MessageState, resubmission: Resubmission): ResubmissionDecision {
  switch (state.status) {
    case 'unknown':
      return { kind: 'unknown' };
    case 'received':
    case 'validated':
      return { kind: 'refused', status: state.status };
    case 'invalid':
    case 'routed':
    case 'never_processed':
    case 'archived': {
      const { child, by } = resubmission;
      const { store, root, message } = state.received;
      const parent: MessageResubmitted = { type: 'message.resubmitted', store, root, message, child, by };
      return { kind: 'decided', parent, child: received(state.id, state.received, resubmission) };
    }
    default:
      return unreachable(state);
  }
}

function received(id: string, original: MessageReceived, { message, source, attributes, diff, bytes }: Resubmission): MessageReceived {
  const from = source ?? original.source;
  return {
    type: 'message.received',
    store: original.store,
    root: original.root,
    message: message ?? original.message,
    rootMessage: original.rootMessage,
    origin: 'edit',
    ...(from === undefined ? {} : { source: from }),
    parent: id,
    hops: original.hops,
    ...(original.trail === undefined ? {} : { trail: original.trail }),
    attributes: { ...attributes, edited_from: id, ...diffMembers(diff) },
    bytes,
  };
}

function diffMembers({ operations, omitted }: JsonDiff): JsonObject {
  const diff = operations.map(({ op, path, value }): JsonValue => ({ op, path, ...(value === undefined ? {} : { value }) }));
  return { diff, ...(omitted === 0 ? {} : { diff_omitted: omitted }) };
}
