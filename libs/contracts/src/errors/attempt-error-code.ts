import type { ErrorClass } from '@crossdock/core';
import type { ErrorCode } from './catalogue.ts';

/** The catalogue's code for the error class of an attempt; a class that the catalogue lacks does not compile. */
export function attemptErrorCode(errorClass: ErrorClass): ErrorCode {
  return `answer_${errorClass}`;
}
