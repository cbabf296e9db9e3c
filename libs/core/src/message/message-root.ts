import type { JsonValue } from '../json/json-value.ts';
import type { MessageReceived } from './events.ts';

/** What the paths of filters and identifiers start from. */
export function messageRoot(
  id: string,
  { message, store, source }: Pick<MessageReceived, 'message' | 'store' | 'source'>,
  payload: JsonValue,
): JsonValue {
  return { message, message_id: id, store_id: store, source: source ?? null, payload };
}
