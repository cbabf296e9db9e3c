import type { SchemaNode } from '../schema-node.ts';
import { applyBranch, applyInPlace } from './apply.ts';
import type { Checker, Rule } from './checker.ts';

type CheckerOf = (node: SchemaNode) => Checker;

/** Keywords that apply other schemas to the same value. */
export function addBranchRules({ any }: Checker, { single, list, target }: SchemaNode, checkerOf: CheckerOf): void {
  if (target !== undefined) any.push(also(checkerOf(target)));
  for (const part of list.allOf ?? []) any.push(also(checkerOf(part)));
  if (list.anyOf !== undefined) any.push(anyOf(list.anyOf.map(checkerOf)));
  if (list.oneOf !== undefined) any.push(oneOf(list.oneOf.map(checkerOf)));
  if (single.not !== undefined) any.push(not(checkerOf(single.not)));
  if (single.if !== undefined) {
    const [then, otherwise] = [single.then, single.else].map((branch) => (branch === undefined ? undefined : checkerOf(branch)));
    any.push(conditional(checkerOf(single.if), then, otherwise));
  }
}

function also(checker: Checker): Rule {
  return (value, run, seen) => applyInPlace(checker, value, run, seen);
}

function anyOf(branches: readonly Checker[]): Rule {
  return (value, run, seen) => {
    let holds = false;
    for (const branch of branches) {
      holds = applyBranch(branch, value, run, seen) || holds;
      // Every branch that holds has looked at something.
      if (holds && seen === undefined) return true;
    }
    return holds || run.wrong('anyOf');
  };
}

function oneOf(branches: readonly Checker[]): Rule {
  return (value, run, seen) => {
    const holding: number[] = [];
    for (const [index, branch] of branches.entries()) {
      if (applyBranch(branch, value, run, seen)) holding.push(index);
      if (holding.length > 1) return run.wrong('oneOf', { holding });
    }
    return holding.length === 1 || run.wrong('oneOf', { holding });
  };
}

function not(checker: Checker): Rule {
  return (value, run) => !applyBranch(checker, value, run) || run.wrong('not');
}

function conditional(condition: Checker, then: Checker | undefined, otherwise: Checker | undefined): Rule {
  return (value, run, seen) => {
    const branch = applyBranch(condition, value, run, seen) ? then : otherwise;
    return branch === undefined || applyInPlace(branch, value, run, seen);
  };
}
