import { canonicalText, type JsonValue } from '@crossdock/core';
import type { CheckError } from '../explain-schema-error.ts';
import { segment } from '../schema-problem.ts';

/** A check took more steps than it may, or found enough. */
export class StepsExceeded extends Error {}

const MAX_ERRORS = 50;
/** Characters of text that cost a step. */
const TEXT_UNIT = 16;
/** Writing a value down to compare it, beside its text. */
const WRITING = 10;
const MAX_WRITTEN = 1 << 20;

/**
 * One check of one payload: the steps that are left, the place in the payload, and what was found. Whatever a schema and a payload may do
 * to each other, every part of the work is paid for here, so that no check takes longer than its steps.
 */
export class CheckRun {
  readonly errors: CheckError[] = [];
  readonly #path: (string | number)[] = [];
  #steps: number;
  #silent = 0;

  constructor(steps: number) {
    this.#steps = steps;
  }

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new StepsExceeded();
  }

  spendOnText(length: number): void {
    this.spend(Math.ceil(length / TEXT_UNIT));
  }

  /** In a branch only the verdict counts: nothing is told, and the first thing wrong is enough. */
  get isSilent(): boolean {
    return this.#silent > 0;
  }

  /** A branch begins. Whoever calls this ends it, unless something throws: that ends the run. */
  beginBranch(): void {
    this.#silent += 1;
  }

  endBranch(): void {
    this.#silent -= 1;
  }

  /** One level deeper in the payload. Whoever calls this leaves it, as with branches. */
  enter(name: string | number): void {
    this.#path.push(name);
  }

  leave(): void {
    this.#path.pop();
  }

  /** Tells what is wrong; answers false, as whoever finds it will. */
  wrong(keyword: string, params: Readonly<Record<string, unknown>> = {}): false {
    if (this.isSilent) return false;
    this.errors.push({ keyword, params, instancePath: this.#path.map((name) => segment(String(name))).join('') });
    // Whoever mends the first fifty finds the rest with the next try.
    if (this.errors.length === MAX_ERRORS) throw new StepsExceeded();
    return false;
  }

  /** One text for equal values. */
  textOf(value: JsonValue): string {
    const text = canonicalText(value, MAX_WRITTEN);
    if (text === undefined) throw new StepsExceeded();
    this.spend(WRITING);
    this.spendOnText(text.length);
    return text;
  }
}
