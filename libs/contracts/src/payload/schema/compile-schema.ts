import type { FieldProblem, Finding, JsonValue } from '@crossdock/core';
import { apply } from './checking/apply.ts';
import { addArrayRules } from './checking/array-rules.ts';
import { addBranchRules } from './checking/branch-rules.ts';
import { CheckRun, StepsExceeded } from './checking/check-run.ts';
import { newChecker, type Checker } from './checking/checker.ts';
import { addObjectRules } from './checking/object-rules.ts';
import { addNumberRules, addStringRules, addValueRules } from './checking/value-rules.ts';
import { explainSchemaErrors } from './explain-schema-error.ts';
import { readSchema, type SchemaRules } from './read-schema.ts';
import { schemaLimits, type SchemaLimits } from './schema-limits.ts';
import type { SchemaDocument, SchemaNode } from './schema-node.ts';

export type SchemaFindingCode = 'schema_violated' | 'schema_check_exceeded' | 'schema_unusable';

/** A schema that is ready to check payloads. */
export interface CompiledSchema {
  readonly ok: true;
  readonly document: SchemaDocument;
  /** What is odd about it. */
  readonly remarks: readonly FieldProblem[];
  /** What of a payload of so many bytes breaks the schema, at most 50 findings. Pure and total, in a bounded number of steps. */
  readonly check: (payload: unknown, bytes: number) => readonly Finding[];
}

const exceeded: Finding = {
  pointer: '',
  code: 'schema_check_exceeded' satisfies SchemaFindingCode,
  reason: 'Checking this payload took more steps than a check may take: whether it fits the schema is not known.',
};

/**
 * Reads a schema (see `readSchema`) and makes it ready to check payloads. No code is generated: a schema is a stranger's text, and what it
 * costs to have and to apply it is bounded by its size.
 */
export function compileSchema(schema: JsonValue, rules: SchemaRules): CompiledSchema | { ok: false; problems: readonly FieldProblem[] } {
  const read = readSchema(schema, rules);
  if (!read.ok) return read;
  const root = checkerOfDocument(read.document);
  return { ...read, check: (payload, bytes) => check(root, payload, stepsFor(bytes, rules.limits ?? schemaLimits)) };
}

function stepsFor(bytes: number, { baseSteps, stepsPerByte, maxSteps }: SchemaLimits): number {
  return Math.min(maxSteps, baseSteps + stepsPerByte * bytes);
}

function check(root: Checker, payload: unknown, steps: number): readonly Finding[] {
  const run = new CheckRun(steps);
  try {
    if (apply(root, payload, run)) return [];
  } catch (error) {
    // A payload that nests deeper than the stack allows takes too many steps, too.
    if (!(error instanceof StepsExceeded) && !(error instanceof RangeError)) throw error;
    if (run.errors.length === 0) return [exceeded];
  }
  return explainSchemaErrors(run.errors, payload);
}

/** A checker for each subschema that is reached; those that refer to each other are made once. */
function checkerOfDocument(document: SchemaDocument): Checker {
  const made = new Map<SchemaNode, Checker>();
  const checkerOf = (node: SchemaNode): Checker => {
    const known = made.get(node);
    if (known !== undefined) return known;
    const checker = newChecker();
    made.set(node, checker);
    addValueRules(checker, node);
    addBranchRules(checker, node, checkerOf);
    addNumberRules(checker, node);
    addStringRules(checker, node, document);
    addArrayRules(checker, node, checkerOf);
    addObjectRules(checker, node, checkerOf, document);
    checker.asks = checker.leftArrays.length + checker.leftObjects.length > 0;
    checker.cost = costOf(node);
    return checker;
  };
  return checkerOf(document.root);
}

/** A step for the schema, and one for every four members that it names. */
function costOf({ own, named, list }: SchemaNode): number {
  const required = Array.isArray(own['required']) ? own['required'].length : 0;
  const branches = Object.values(list).reduce((sum, schemas) => sum + schemas.length, 0);
  return 1 + Math.ceil(((named.properties?.size ?? 0) + required + branches) / 4);
}
