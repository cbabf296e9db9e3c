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
  readonly #problems: FieldProblem[] = [];
  readonly #warnings: FieldProblem[] = [];
  readonly #limits: DescriptorLimits;

  constructor(limits: DescriptorLimits) {
    this.#limits = limits;
  }

  problem(pointer: string, reason: string, hint: string): void {
    this.#problems.push(finding(pointer, 'endpoint_json_invalid', reason, hint));
  }

  warning(pointer: string, reason: string, hint: string): void {
    this.#warnings.push(finding(pointer, 'endpoint_json_odd', reason, hint));
  }

  get problems(): readonly FieldProblem[] {
    return atMost(this.#problems, this.#limits.maxProblems, 'Correct these first.');
  }

  get warnings(): readonly FieldProblem[] {
    return atMost(this.#warnings, this.#limits.maxWarnings, 'They are of the same kinds.');
  }

  /** The member of that name, or of one that the field's older files give it. `null` counts as absent. */
  member(object: JsonObject, pointer: string, name: string, ...otherNames: readonly string[]): Place | undefined {
    for (const written of [name, ...otherNames]) {
      const value = Object.hasOwn(object, written) ? object[written] : undefined;
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

const finding = (pointer: string, code: string, reason: string, hint: string): FieldProblem => ({
  pointer,
  code,
  reason: boundedText(reason, MAX_REASON),
  hint,
});

function atMost(found: readonly FieldProblem[], max: number, hint: string): readonly FieldProblem[] {
  const [first] = found;
  if (first === undefined || found.length <= max) return found;
  const more = found.length - max + 1;
  return [...found.slice(0, max - 1), { pointer: '', code: first.code, reason: `There are ${more} more findings.`, hint }];
}
