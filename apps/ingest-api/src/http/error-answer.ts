import { legacyError, problem, problemMediaType } from '@crossdock/contracts';
import type { HttpError } from './http-error.ts';
import type { ErrorForm } from './own-route.ts';

/** An error as it goes out. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** Gives an error the form of its route: the original's `{error, errors?}`, or problem details on ours. */
export function errorAnswer({ code, status, detail, errors, retryAfter }: HttpError, form: ErrorForm, url: string): ErrorAnswer {
  const again = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (form === 'original') {
    const headers = { ...again, 'content-type': 'application/json; charset=utf-8' };
    return { status, headers, body: JSON.stringify(legacyError(code, detail, errors)) };
  }
  const instance = url.split('?', 1)[0] ?? '';
  const document = problem(code, { detail, errors, instance, ...(retryAfter === undefined ? {} : { retryAfter }) });
  return { status, headers: { ...again, 'content-type': problemMediaType }, body: JSON.stringify(document) };
}
