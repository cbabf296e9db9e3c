import type { JsonValue } from '@crossdock/core';
import type { SchemaNode } from '../schema-node.ts';
import { applyAt, applyBranch } from './apply.ts';
import type { CheckRun } from './check-run.ts';
import type { Checker, Rule } from './checker.ts';

type ArrayRule = Rule<readonly unknown[]>;
type CheckerOf = (node: SchemaNode) => Checker;

export function addArrayRules(checker: Checker, node: SchemaNode, checkerOf: CheckerOf): void {
  const { own, single, list } = node;
  const { arrays, leftArrays } = checker;
  const { minItems, maxItems, uniqueItems } = own;
  if (typeof minItems === 'number') arrays.push((items, run) => items.length >= minItems || run.wrong('minItems', { limit: minItems }));
  if (typeof maxItems === 'number') arrays.push((items, run) => items.length <= maxItems || run.wrong('maxItems', { limit: maxItems }));
  if (uniqueItems === true) arrays.push(unique);
  const prefix = (list.prefixItems ?? []).map(checkerOf);
  if (prefix.length > 0) arrays.push(prefixRule(prefix));
  if (single.items !== undefined) arrays.push(itemsRule(checkerOf(single.items), prefix.length));
  if (single.contains !== undefined) arrays.push(containsRule(checkerOf(single.contains), node));
  if (single.unevaluatedItems !== undefined) {
    const rest = checkerOf(single.unevaluatedItems);
    leftArrays.push((items, run, seen) =>
      eachItem(items, run, (index) => seen?.allItems === true || seen?.indices.has(index) === true || applyItem(rest, items, index, run)),
    );
    leftArrays.push(sawAll);
  }
}

/** In linear time: items are compared by what is written of them. */
const unique: ArrayRule = (items, run) => {
  const written = new Set<string>();
  for (const [index, item] of items.entries()) {
    const text = run.textOf(item as JsonValue);
    if (written.has(text)) return run.wrong('uniqueItems', { index });
    written.add(text);
  }
  return true;
};

const applyItem = (checker: Checker, items: readonly unknown[], index: number, run: CheckRun): boolean =>
  applyAt(checker, index, items[index], run);

function eachItem(items: readonly unknown[], run: CheckRun, holdsAt: (index: number) => boolean, from = 0): boolean {
  let holds = true;
  for (let index = from; index < items.length; index += 1) {
    if (holdsAt(index)) continue;
    if (run.isSilent) return false;
    holds = false;
  }
  return holds;
}

const sawAll: ArrayRule = (_items, _run, seen) => {
  if (seen !== undefined) seen.allItems = true;
  return true;
};

function prefixRule(prefix: readonly Checker[]): ArrayRule {
  return (items, run, seen) => {
    for (let index = 0; index < prefix.length; index += 1) seen?.indices.add(index);
    return eachItem(items, run, (index) => {
      const checker = prefix[index];
      return checker === undefined || applyItem(checker, items, index, run);
    });
  };
}

function itemsRule(checker: Checker, from: number): ArrayRule {
  return (items, run, seen) => {
    const holds = eachItem(items, run, (index) => applyItem(checker, items, index, run), from);
    return sawAll(items, run, seen) && holds;
  };
}

function containsRule(checker: Checker, { own }: SchemaNode): ArrayRule {
  const least = Number(own['minContains'] ?? 1);
  const most = Number(own['maxContains'] ?? Number.POSITIVE_INFINITY);
  return (items, run, seen) => {
    let found = 0;
    for (const [index, item] of items.entries()) {
      if (!applyBranch(checker, item, run)) continue;
      found += 1;
      seen?.indices.add(index);
      // Where nobody asks which items they are, enough are enough.
      if (seen === undefined && most === Number.POSITIVE_INFINITY && found >= least) return true;
    }
    return (found >= least && found <= most) || run.wrong('contains', { least, ...(Number.isFinite(most) ? { most } : {}), found });
  };
}
