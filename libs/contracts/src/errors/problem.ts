import { boundedText, type Finding } from '@crossdock/core';
import { catalogue, type ErrorCode } from './catalogue.ts';

/** A problem document after RFC 9457, sent as `application/problem+json`. */
export interface Problem {
  /** Opens the documentation of the code. */
  readonly type: string;
  /** What happened; the same for every problem of the code. */
  readonly title: string;
  readonly status: number;
  /** Why, in this case. */
  readonly detail: string;
  /** The path or id of what the problem is about. */
  readonly instance?: string;
  readonly code: ErrorCode;
  /** Which object, field or value. */
  readonly where?: string;
  /** What to do now. */
  readonly hint: string;
  readonly errors?: readonly ProblemError[];
  /** Seconds, the same as in the header `Retry-After`. */
  readonly retry_after?: number;
  readonly request_id?: string;
}

export interface ProblemError {
  /** A JSON Pointer in the form of a URI fragment, such as `#/filters/1/value`. */
  readonly pointer: string;
  readonly detail: string;
  readonly code: string;
}

/** What the occurrence adds to the catalogue's entry. */
export interface ProblemCase {
  /** Which object, field or value, for people: `Filter 2 of mapping "warehouse.add"`. */
  readonly where?: string;
  /** A sentence about this very case, with the values found and wanted. */
  readonly detail: string;
  /** What was found, each with a JSON Pointer into the request's body. At most 50 are answered. */
  readonly errors?: readonly Finding[];
  readonly instance?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly requestId?: string;
}

export const problemMediaType = 'application/problem+json';

/** Where the API serves the documentation of the codes. */
export const errorDocsPath = '/api/docs/errors';

const maxErrors = 50;
const maxCharacters = 2_000;

/** The problem document of one occurrence. Text is cut to bounds and can always be encoded. */
export function problem(code: ErrorCode, occurrence: ProblemCase): Problem {
  const { status, title, hint } = catalogue[code];
  const { where, detail, errors = [], instance, retryAfter, requestId } = occurrence;
  return {
    type: `${errorDocsPath}#${code}`,
    title,
    status,
    detail: bounded(detail),
    ...(instance === undefined ? {} : { instance: bounded(instance) }),
    code,
    ...(where === undefined ? {} : { where: bounded(where) }),
    hint,
    ...(errors.length === 0 ? {} : { errors: errors.slice(0, maxErrors).map(toProblemError) }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

const toProblemError = ({ pointer, reason, code }: Finding): ProblemError => ({
  pointer: `#${bounded(pointer).split('/').map(encodeURIComponent).join('/')}`,
  detail: bounded(reason),
  code,
});

/** Cut to a bound, with what cannot be stored or encoded replaced. */
export const bounded = (text: string): string => boundedText(text, maxCharacters);
