import { boundedText, type FieldProblem, type JsonObject, type JsonValue } from '@crossdock/core';
import { escapePointer } from '../../input/problems.ts';
import type { DescriptorLimits } from './descriptor-limits.ts';

/** A value of the file, and where it stands. */
export interface Place {
  readonly value: JsonValue;
  readonly pointer: string;
}

const MAX_SEGMENT = 128;
const MAX_REASON = 400;

/** Where a member stands. Names are strangers' text, so very long ones are cut. */
export const below = (pointer: string, name: string | number): string =>
  `${pointer}/${escapePointer(boundedText(String(name), MAX_SEGMENT))}`;

/** What is found in a file: problems make it unusable, warnings tell what was read otherwise than it is written, or left out. */
export class Findings {
  readonly #problems: BoundedList;
  readonly #warnings: BoundedList;

  constructor({ maxProblems, maxWarnings }: DescriptorLimits) {
    this.#problems = new BoundedList('endpoint_json_invalid', maxProblems);
    this.#warnings = new BoundedList('endpoint_json_odd', maxWarnings);
  }

  problem(pointer: string, reason: string, hint: string): void {
    this.#problems.add(pointer, reason, hint);
  }

  warning(pointer: string, reason: string, hint: string): void {
    this.#warnings.add(pointer, reason, hint);
  }

  get problems(): readonly FieldProblem[] {
    return this.#problems.all();
  }

  get warnings(): readonly FieldProblem[] {
    return this.#warnings.all();
  }

  /** The member of that name, or of one that the field's older files give it. `null` counts as absent. */
  member(object: JsonObject, pointer: string, name: string, ...otherNames: readonly string[]): Place | undefined {
    for (const written of [name, ...otherNames]) {
      const value = object[written];
      if (value === undefined || value === null) continue;
      const place = { value, pointer: below(pointer, written) };
      if (written !== name) this.warning(place.pointer, `"${written}" is read as "${name}".`, `Call it "${name}".`);
      return place;
    }
    return undefined;
  }

  /** Too many of something make the file unusable: which of them to leave out is not ours to say. */
  within(count: number, max: number, what: string, pointer: string): boolean {
    if (count <= max) return true;
    this.problem(pointer, `There are ${count} ${what}; ${max} are allowed.`, 'List fewer, or split the endpoint into several.');
    return false;
  }
}

/** Keeps no more than it hands out: a file of a megabyte can be wrong in a hundred thousand places. */
class BoundedList {
  readonly #found: FieldProblem[] = [];
  readonly #code: string;
  readonly #max: number;
  #more = 0;

  constructor(code: string, max: number) {
    this.#code = code;
    this.#max = max;
  }

  add(pointer: string, reason: string, hint: string): void {
    if (this.#found.length < this.#max) this.#found.push({ pointer, code: this.#code, reason: boundedText(reason, MAX_REASON), hint });
    else this.#more += 1;
  }

  all(): readonly FieldProblem[] {
    if (this.#more === 0) return this.#found;
    const last = { pointer: '', code: this.#code, reason: `There are ${this.#more + 1} more.`, hint: 'Correct these first.' };
    return [...this.#found.slice(0, -1), last];
  }
}
