import type { CheckRun } from './check-run.ts';
import type { Evaluated } from './evaluated.ts';

/**
 * Whether a value keeps to one keyword. What its subschemas have looked at is added to `evaluated`, where anybody wants to know; it counts
 * if the value keeps to the whole schema.
 */
export type Rule<T = unknown> = (value: T, run: CheckRun, evaluated: Evaluated | undefined) => boolean;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** A subschema ready to check values: its keywords by what they apply to. */
export interface Checker {
  /** Steps that it costs, beside those of its subschemas. */
  cost: number;
  /** Whether it asks what its other keywords have not looked at. */
  asks: boolean;
  readonly any: Rule[];
  readonly numbers: Rule<number>[];
  readonly strings: Rule<string>[];
  readonly arrays: Rule<readonly unknown[]>[];
  readonly objects: Rule<JsonRecord>[];
  /** Last: they ask what the others have left. */
  readonly leftArrays: Rule<readonly unknown[]>[];
  readonly leftObjects: Rule<JsonRecord>[];
}

export const newChecker = (): Checker => ({
  cost: 1,
  asks: false,
  any: [],
  numbers: [],
  strings: [],
  arrays: [],
  objects: [],
  leftArrays: [],
  leftObjects: [],
});
