import type { FieldProblem, JsonObject, JsonValue } from '@crossdock/core';

/** Collects everything that is wrong with an input, and goes on. */
export class Problems {
  readonly found: FieldProblem[] = [];
  readonly #code: string;

  /** The code is for whatever has none of its own. */
  constructor(code: string) {
    this.#code = code;
  }

  add(pointer: string, reason: string, hint: string, code: string = this.#code): void {
    this.found.push({ pointer, code, reason, hint });
  }

  /** Members that nobody reads are typing errors. `ignored` may come along, e.g. because an answer is sent back. */
  unknownMembers(input: JsonObject, pointer: string, known: readonly string[], ignored: readonly string[] = []): void {
    for (const name of Object.keys(input)) {
      if (known.includes(name) || ignored.includes(name)) continue;
      this.add(`${pointer}/${escapePointer(name)}`, `There is no member "${name.slice(0, 64)}".`, `Known are ${known.join(', ')}.`);
    }
  }

  flag(value: JsonValue | undefined, pointer: string, otherwise: boolean): boolean {
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'boolean') return value;
    this.add(pointer, 'It is neither true nor false.', 'Send true or false, without quotes.');
    return otherwise;
  }
}

/** `Array.isArray` makes its argument an array of `any`. */
export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A member's name as a segment of a JSON Pointer. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
