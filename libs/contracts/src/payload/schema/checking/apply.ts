import type { CheckRun } from './check-run.ts';
import type { Checker, JsonRecord, Rule } from './checker.ts';
import { Evaluated } from './evaluated.ts';

/** Steps for keeping what a schema has looked at apart until it is known to hold. */
const WATCHING = 5;

/** Whether the value keeps to the schema. All that is wrong is told to the run, unless it is silent. */
export function apply(checker: Checker, value: unknown, run: CheckRun, evaluated?: Evaluated): boolean {
  run.spend(checker.cost);
  const seen = evaluated ?? (checker.asks ? new Evaluated() : undefined);
  const holds = checker.any.length === 0 || all(checker.any, value, run, seen);
  if (!holds && run.isSilent) return false;
  return byKind(checker, value, run, seen, holds);
}

function byKind(checker: Checker, value: unknown, run: CheckRun, seen: Evaluated | undefined, holds: boolean): boolean {
  if (typeof value === 'string') return all(checker.strings, value, run, seen) && holds;
  if (typeof value === 'number') return all(checker.numbers, value, run, seen) && holds;
  if (typeof value !== 'object' || value === null) return holds;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const fits = all(checker.arrays, items, run, seen) && holds;
    return fits && all(checker.leftArrays, items, run, seen);
  }
  const members = value as JsonRecord;
  const fits = all(checker.objects, members, run, seen) && holds;
  return fits && all(checker.leftObjects, members, run, seen);
}

function all<T>(rules: readonly Rule<T>[], value: T, run: CheckRun, seen: Evaluated | undefined): boolean {
  let holds = true;
  for (const rule of rules) {
    if (rule(value, run, seen)) continue;
    if (run.isSilent) return false;
    holds = false;
  }
  return holds;
}

/** As `apply`, to a member or an item of the value. */
export function applyAt(checker: Checker, name: string | number, value: unknown, run: CheckRun): boolean {
  run.enter(name);
  const holds = apply(checker, value, run);
  run.leave();
  return holds;
}

/** Whether the value keeps to a schema that is a branch: what is wrong is not told. */
export function applyBranch(checker: Checker, value: unknown, run: CheckRun, seen?: Evaluated): boolean {
  run.beginBranch();
  const holds = applyInPlace(checker, value, run, seen);
  run.endBranch();
  return holds;
}

/** Applies a subschema to the same value. What it has looked at counts if the value keeps to it. */
export function applyInPlace(checker: Checker, value: unknown, run: CheckRun, seen: Evaluated | undefined): boolean {
  if (seen === undefined) return apply(checker, value, run);
  run.spend(WATCHING);
  const own = new Evaluated();
  const holds = apply(checker, value, run, own);
  if (holds) seen.add(own, run);
  return holds;
}
