import type { Finding } from '@crossdock/core';
import { catalogue, type ErrorCode } from './catalogue.ts';
import { bounded } from './problem.ts';

/** The original hub's error body, with the code and what to do as members of our own. */
export interface LegacyError {
  readonly error: string;
  /** Texts by field; nested fields are dotted, and `base` is the whole. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  readonly code: ErrorCode;
  readonly hint: string;
}

const maxErrors = 50;

/** The error body of the messages dialect. Where the original had an exact text for the code, that text stands instead of `detail`. */
export function legacyError(code: ErrorCode, detail: string, errors: readonly Finding[] = []): LegacyError {
  const { legacy, hint } = catalogue[code];
  return {
    error: legacy ?? bounded(detail),
    ...(errors.length === 0 ? {} : { errors: byField(errors.slice(0, maxErrors)) }),
    code,
    hint,
  };
}

function byField(errors: readonly Finding[]): Readonly<Record<string, readonly string[]>> {
  const fields = new Map<string, string[]>();
  for (const { pointer, reason } of errors) {
    const field = fieldOf(pointer);
    const texts = fields.get(field) ?? [];
    texts.push(bounded(reason));
    fields.set(field, texts);
  }
  return Object.fromEntries(fields);
}

/** `/filters/1/value` → `filters.1.value` */
const fieldOf = (pointer: string): string => (pointer === '' ? 'base' : bounded(pointer.slice(1)).split('/').map(unescaped).join('.'));

const unescaped = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');
