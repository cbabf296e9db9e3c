import type { SchemaPattern } from '../compile-pattern.ts';
import type { SchemaDocument, SchemaNode } from '../schema-node.ts';
import { applyAt, applyBranch, applyInPlace } from './apply.ts';
import type { CheckRun } from './check-run.ts';
import type { Checker, JsonRecord, Rule } from './checker.ts';
import { payForPattern } from './value-rules.ts';

type ObjectRule = Rule<JsonRecord>;
type CheckerOf = (node: SchemaNode) => Checker;

export function addObjectRules(checker: Checker, node: SchemaNode, checkerOf: CheckerOf, { patterns }: SchemaDocument): void {
  const { own, single, named } = node;
  const { objects, leftObjects } = checker;
  const required = (own['required'] ?? []) as readonly string[];
  if (required.length > 0) objects.push(requiredRule(required));
  const dependent = Object.entries((own['dependentRequired'] ?? {}) as Readonly<Record<string, readonly string[]>>);
  for (const [name, needs] of dependent) objects.push(requiredRule(needs, name));
  addSizeRules(checker, node);
  const properties = new Map([...(named.properties ?? [])].map(([name, schema]) => [name, checkerOf(schema)]));
  if (properties.size > 0) objects.push(propertiesRule(properties));
  const byPattern = [...(named.patternProperties ?? [])].flatMap(([pattern, schema]): readonly PatternMembers[] => {
    const compiled = patterns.get(pattern);
    return compiled === undefined ? [] : [{ pattern: compiled, checker: checkerOf(schema) }];
  });
  const additional = single.additionalProperties === undefined ? undefined : additionalOf(single.additionalProperties, checkerOf);
  if (byPattern.length > 0 || additional !== undefined) objects.push(othersRule(properties, byPattern, additional));
  if (single.propertyNames !== undefined) objects.push(namesRule(checkerOf(single.propertyNames)));
  for (const [name, schema] of named.dependentSchemas ?? []) objects.push(dependentRule(name, checkerOf(schema)));
  if (single.unevaluatedProperties !== undefined)
    leftObjects.push(leftRule(additionalOf(single.unevaluatedProperties, checkerOf, 'unevaluatedProperties')));
}

function addSizeRules({ objects }: Checker, { own }: SchemaNode): void {
  const { minProperties, maxProperties } = own;
  if (typeof minProperties === 'number') {
    objects.push((members, run) => sizeOf(members, run) >= minProperties || run.wrong('minProperties', { limit: minProperties }));
  }
  if (typeof maxProperties === 'number') {
    objects.push((members, run) => sizeOf(members, run) <= maxProperties || run.wrong('maxProperties', { limit: maxProperties }));
  }
}

function sizeOf(members: JsonRecord, run: CheckRun): number {
  return namesOf(members, run).length;
}

function namesOf(members: JsonRecord, run: CheckRun): readonly string[] {
  const names = Object.keys(members);
  run.spend(names.length);
  return names;
}

/** Members that must be there: always, or where another one is. */
function requiredRule(required: readonly string[], where?: string): ObjectRule {
  return (members, run) => {
    if (where !== undefined && !Object.hasOwn(members, where)) return true;
    let holds = true;
    for (const name of required) {
      if (Object.hasOwn(members, name)) continue;
      holds = run.wrong('required', { missing: name, ...(where === undefined ? {} : { where }) });
    }
    return holds;
  };
}

const applyMember = (checker: Checker, members: JsonRecord, name: string, run: CheckRun): boolean =>
  applyAt(checker, name, members[name], run);

function propertiesRule(properties: ReadonlyMap<string, Checker>): ObjectRule {
  return (members, run, seen) => {
    let holds = true;
    for (const [name, checker] of properties) {
      if (!Object.hasOwn(members, name)) continue;
      seen?.names.add(name);
      if (applyMember(checker, members, name, run)) continue;
      if (run.isSilent) return false;
      holds = false;
    }
    return holds;
  };
}

interface PatternMembers {
  readonly pattern: SchemaPattern;
  readonly checker: Checker;
}

type MemberRule = (members: JsonRecord, name: string, run: CheckRun) => boolean;

/** A schema for members that no other keyword names; one that is false says so of the member, not of its value. */
function additionalOf(schema: SchemaNode, checkerOf: CheckerOf, keyword = 'additionalProperties'): MemberRule {
  if (schema.isFalse) return (_members, name, run) => run.wrong(keyword, { stranger: name });
  const checker = checkerOf(schema);
  return (members, name, run) => applyMember(checker, members, name, run);
}

function othersRule(
  properties: ReadonlyMap<string, Checker>,
  byPattern: readonly PatternMembers[],
  additional: MemberRule | undefined,
): ObjectRule {
  return (members, run, seen) => {
    let holds = true;
    for (const name of namesOf(members, run)) {
      let isNamed = properties.has(name);
      for (const { pattern, checker } of byPattern) {
        payForPattern(run, pattern.size, name);
        if (!pattern.test(name)) continue;
        isNamed = true;
        seen?.names.add(name);
        holds = applyMember(checker, members, name, run) && holds;
      }
      if (!isNamed && additional !== undefined) {
        seen?.names.add(name);
        holds = additional(members, name, run) && holds;
      }
      if (!holds && run.isSilent) return false;
    }
    return holds;
  };
}

function namesRule(checker: Checker): ObjectRule {
  return (members, run) => {
    let holds = true;
    for (const name of namesOf(members, run)) {
      if (!applyBranch(checker, name, run)) holds = run.wrong('propertyNames', { name });
    }
    return holds;
  };
}

function dependentRule(where: string, checker: Checker): ObjectRule {
  return (members, run, seen) => !Object.hasOwn(members, where) || applyInPlace(checker, members, run, seen);
}

function leftRule(rest: MemberRule): ObjectRule {
  return (members, run, seen) => {
    let holds = true;
    for (const name of namesOf(members, run)) {
      if (seen?.names.has(name) === true) continue;
      holds = rest(members, name, run) && holds;
      seen?.names.add(name);
    }
    return holds;
  };
}
