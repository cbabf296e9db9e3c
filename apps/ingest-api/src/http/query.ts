import { isMessageId, type Finding } from '@crossdock/core';
import { HttpError } from './http-error.ts';

/** A query as Fastify reads it: a name that is given more than once has an array. */
export type QueryValues = Readonly<Record<string, unknown>>;

const MAX_VALUE = 300;

/** Reads parameters of a query, and goes on where one is wrong. Empty ones count as left out. */
export class QueryReader {
  readonly #query: QueryValues;
  readonly #found: Finding[] = [];

  constructor(query: QueryValues) {
    this.#query = query;
  }

  text(name: string): string | undefined {
    const value = this.#query[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') return this.refuse(name, `\`${name}\` is given more than once.`);
    if (value.length > MAX_VALUE) return this.refuse(name, `\`${name}\` has more than ${MAX_VALUE} characters.`);
    return value.includes('\0') ? this.refuse(name, `\`${name}\` holds a NUL character.`) : value;
  }

  /** A text of which `is` is true; else it is refused with the reason. */
  like<T extends string>(name: string, is: (text: string) => text is T, reason: string): T | undefined {
    const text = this.text(name);
    return text === undefined || is(text) ? text : this.refuse(name, reason);
  }

  id(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined || isMessageId(text) ? text : this.refuse(name, `\`${name}\` is no id of 24 hex digits.`);
  }

  /** A whole number within the bounds, both included. */
  whole(name: string, { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number }): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.refuse(name, `\`${name}\` is no whole number from ${least} to ${most}.`);
    return otherwise;
  }

  /** A time in ISO 8601, as ms since the epoch. */
  time(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const time = Date.parse(text);
    return Number.isNaN(time) ? this.refuse(name, `\`${name}\` is no time such as 2026-11-21T09:30:00Z.`) : time;
  }

  refuse(name: string, reason: string): undefined {
    this.#found.push({ pointer: `/${name}`, code: 'query_invalid', reason });
    return undefined;
  }

  /** Ends the request where something was wrong, with all that was. */
  done(): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    const detail = others.length === 0 ? first.reason : `${this.#found.length} things are wrong with the query.`;
    throw new HttpError('query_invalid', { detail, errors: this.#found });
  }
}

/** What `read` makes of the query; everything that is wrong with it is told at once. */
export function readQuery<T>(query: QueryValues, read: (reader: QueryReader) => T): T {
  const reader = new QueryReader(query);
  const value = read(reader);
  reader.done();
  return value;
}

/** A parameter that is given once, and not empty. */
export const one = (query: QueryValues, name: string): string | undefined => readQuery(query, (reader) => reader.text(name));

/** `?page=`, from 1. Which ones are served, the list says. */
export const readPage = (reader: QueryReader): number => reader.whole('page', { least: 1, most: 999_999, otherwise: 1 });
