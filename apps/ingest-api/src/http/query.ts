import { HttpError } from './http-error.ts';

const MAX_VALUE = 300;

/** A parameter of the query that is given once, and not empty. */
export function one(query: Record<string, unknown>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new HttpError('query_invalid', { detail: `\`${name}\` is given more than once.` });
  if (value.length > MAX_VALUE || value.includes('\0')) throw new HttpError('query_invalid', { detail: `\`${name}\` is not usable.` });
  return value;
}

/** `?page=`, from 1. */
export function pageOf(query: Record<string, unknown>): number {
  const text = one(query, 'page') ?? '1';
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw new HttpError('query_invalid', { detail: '`page` is no whole number from 1.' });
  return Number(text);
}

/** A time in ISO 8601, as ms since the epoch. */
export function timeOf(query: Record<string, unknown>, name: string): number | undefined {
  const text = one(query, name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new HttpError('query_invalid', { detail: `\`${name}\` is no time such as 2026-11-21T09:30:00Z.` });
  return time;
}
