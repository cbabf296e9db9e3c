import { boundedText, type FieldProblem } from '@crossdock/core';
import type { SchemaLimits } from './schema-limits.ts';
import { problem } from './schema-problem.ts';
import { inPlace, type OpenNode, type SchemaNode } from './schema-node.ts';

/** Points every `$ref` at its target; answers those that lead elsewhere, nowhere, or back to themselves. */
export function resolveReferences(nodes: readonly OpenNode[], limits: SchemaLimits): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const base = textOf(nodes[0], '$id')?.replace(/#$/, '') ?? '';
  const places = new Map<string, SchemaNode>(nodes.map((node) => [node.pointer, node]));
  const anchors = anchorsOf(nodes);
  for (const node of nodes) {
    const reference = textOf(node, '$ref');
    if (reference === undefined) continue;
    const at = `${node.pointer}/$ref`;
    const fragment = fragmentOf(reference, base);
    if (fragment === undefined) problems.push(remote(at, reference));
    else {
      node.target = fragment === '' || fragment.startsWith('/') ? places.get(fragment) : anchors.get(fragment);
      if (node.target === undefined) problems.push(lost(at, reference));
    }
  }
  if (problems.length > 0) return problems;
  const referenced = new Set(nodes.flatMap(({ target }) => target ?? [])).size;
  if (referenced > limits.maxReferenced) {
    const reason = `${referenced} different subschemas are referred to; ${limits.maxReferenced} are allowed.`;
    return [problem('', 'schema_too_large', reason, 'Write those that are used once where they are used.')];
  }
  return endless(nodes);
}

const textOf = (node: SchemaNode | undefined, keyword: string): string | undefined => {
  const text = node?.own[keyword];
  return typeof text === 'string' ? text : undefined;
};

function anchorsOf(nodes: readonly SchemaNode[]): ReadonlyMap<string, SchemaNode> {
  return new Map(nodes.flatMap((node) => (textOf(node, '$anchor') === undefined ? [] : [[textOf(node, '$anchor') ?? '', node] as const])));
}

/** The part behind `#`, decoded; undefined where the reference leads out of the document. */
function fragmentOf(reference: string, base: string): string | undefined {
  const [address = '', fragment = ''] = reference.split('#', 2);
  if (address !== '' && address !== base) return undefined;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

const remote = (at: string, reference: string): FieldProblem =>
  problem(
    at,
    'schema_reference_remote',
    `\`$ref\` leads out of this schema, to ${boundedText(JSON.stringify(reference), 80)}.`,
    'Nothing is fetched: copy that schema under $defs, and refer to it as #/$defs/name.',
  );

const lost = (at: string, reference: string): FieldProblem =>
  problem(
    at,
    'schema_reference_lost',
    `\`$ref\` leads to ${boundedText(JSON.stringify(reference), 80)}, where there is no schema.`,
    'Refer to #, to #/$defs/name, or to another place that holds a schema; in a name, / is written ~1 and ~ is written ~0.',
  );

/** References that come back without having gone deeper into the payload: checking would never end. */
function endless(nodes: readonly SchemaNode[]): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const finished = new Set<SchemaNode>();
  for (const start of nodes) {
    if (finished.has(start)) continue;
    // Depth first, without recursion: a chain may be as long as there are subschemas.
    const path = new Set<SchemaNode>();
    const stack: { readonly node: SchemaNode; readonly rest: SchemaNode[] }[] = [];
    const enter = (node: SchemaNode): void => {
      path.add(node);
      stack.push({ node, rest: [...inPlace(node)] });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        stack.pop();
        path.delete(top.node);
        finished.add(top.node);
      } else if (path.has(next)) {
        problems.push(
          problem(
            top.node.pointer,
            'schema_reference_endless',
            'The schema refers back to itself for the same value, so that checking would never end.',
            'A schema may refer to itself only for something inside the value: below properties, items and the like.',
          ),
        );
      } else if (!finished.has(next)) enter(next);
    }
  }
  return problems;
}
