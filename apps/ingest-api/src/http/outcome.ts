import type { ErrorCode } from '@crossdock/contracts';
import type { Removed, Saved } from '@crossdock/core';
import { unreachable } from '@crossdock/core';
import { HttpError, refusal } from './http-error.ts';

/** What is saved and removed at some address, and the codes for when it cannot be. */
export interface Subject {
  readonly noun: string;
  readonly invalid: ErrorCode;
  readonly notFound: ErrorCode;
}

export function notFound({ noun, notFound: code }: Subject): HttpError {
  return new HttpError(code, { detail: `The store has no such ${noun}.` });
}

function stale({ noun }: Subject, revision: number): HttpError {
  return new HttpError('precondition_failed', { detail: `The ${noun} is at revision ${revision} now, not at the one of If-Match.` });
}

/** The value that was saved; any other ending of saving as an HttpError. */
export function savedOr<T>(subject: Subject, result: Saved<T>): T {
  switch (result.kind) {
    case 'saved':
      return result.value;
    case 'unknown':
      throw notFound(subject);
    case 'stale':
      throw stale(subject, result.revision);
    case 'refused':
      throw refusal(subject.invalid, result.problems);
    default:
      return unreachable(result);
  }
}

/** Any ending of removing but removal as an HttpError. */
export function removedOr(subject: Subject, result: Removed): void {
  switch (result.kind) {
    case 'removed':
      return;
    case 'unknown':
      throw notFound(subject);
    case 'stale':
      throw stale(subject, result.revision);
    case 'refused':
      throw refusal(subject.invalid, result.problems);
    default:
      unreachable(result);
  }
}
