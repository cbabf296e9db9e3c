import type { ErrorCode } from '@crossdock/contracts';
import { HttpError } from '../http/http-error.ts';
import { readPush, type Push } from './read-push.ts';

/** What can be wrong with the body of a push. */
export const pushProblems: readonly ErrorCode[] = [
  'message_missing',
  'message_not_string',
  'message_type_illegal',
  'message_type_too_long',
  'payload_missing',
  'payload_not_object',
  'store_id_mismatch',
];

/** The body as a push, of the type `otherwise` where it names none, or an HttpError that says what is wrong with it. */
export function pushedBody(body: unknown, otherwise?: string): Push {
  const push = readPush(Buffer.isBuffer(body) ? body : Buffer.alloc(0), otherwise);
  if (push.kind === 'refused') throw refusedPush(push.code, push.field, push.detail);
  return push;
}

/** A body that names a store names the one that it is for. */
export function checkStoreOf({ storeId }: Push, store: string): void {
  if (storeId === undefined || storeId === store) return;
  throw refusedPush('store_id_mismatch', 'store_id', `The body’s \`store_id\` is not the path’s store ${store}.`);
}

export function refusedPush(code: ErrorCode, field: string, detail: string): HttpError {
  return new HttpError(code, { detail, ...(field === '' ? {} : { field }) });
}
