import { boundedText } from '@crossdock/core';
import { HttpError } from '../http/http-error.ts';

export function messageNotFound(id: string): HttpError {
  return new HttpError('message_not_found', { detail: `There is no message ${boundedText(id, 60)} in this store.` });
}
