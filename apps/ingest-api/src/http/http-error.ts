import { catalogue, isErrorCode, type ErrorCode } from '@crossdock/contracts';
import type { FieldProblem, Finding } from '@crossdock/core';
import { HubError } from '@crossdock/kit';

export interface HttpErrorOptions {
  /** What is wrong in this case, as a sentence. */
  readonly detail: string;
  /** The member of the body that the detail is about, e.g. `payload`; '' for the whole. */
  readonly field?: string;
  /** All that was found in the body, where it is more than the detail. */
  readonly errors?: readonly Finding[];
  /** Seconds, for the header `Retry-After`. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Ends a request with an error of the catalogue. The exception filter gives it the form of the route's dialect. */
export class HttpError extends HubError {
  override readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  /** By JSON Pointer into the body. */
  readonly errors: readonly Finding[];
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, { detail, field, errors, retryAfter, cause }: HttpErrorOptions) {
    const { status, retriable } = catalogue[code];
    super(code, detail, { retriable, cause });
    this.name = 'HttpError';
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.errors = errors ?? (field === undefined ? [] : [{ pointer: field === '' ? '' : `/${field}`, code, reason: detail }]);
    this.retryAfter = retryAfter;
  }
}

/** What was to be saved is refused: with the code of what is wrong where that is one thing, else with the code of the whole. */
export function refusal(whole: ErrorCode, problems: readonly FieldProblem[]): HttpError {
  const [first, ...others] = problems;
  const code = first !== undefined && others.every((other) => other.code === first.code) && isErrorCode(first.code) ? first.code : whole;
  const detail = others.length === 0 && first !== undefined ? first.reason : `${problems.length} things are wrong; nothing was saved.`;
  // The answer has one text for each thing that is wrong: what, and what now.
  const errors = problems.map(({ pointer, code: own, reason, hint }) => ({ pointer, code: own, reason: `${reason} ${hint}` }));
  return new HttpError(code, { detail, errors });
}
