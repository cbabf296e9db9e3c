import type { SchemaPattern } from '../compile-pattern.ts';
import type { SchemaDocument, SchemaNode } from '../schema-node.ts';

/** Which of a schema's members a name belongs to. */
export class NamePatterns {
  readonly #patterns: ReadonlyMap<string, SchemaPattern>;
  readonly #spend: (steps: number) => void;

  /** @param spend is told of the work, in steps of the comparison */
  constructor(documents: readonly SchemaDocument[], spend: (steps: number) => void) {
    this.#spend = spend;
    this.#patterns = new Map(documents.flatMap(({ patterns }) => [...patterns]));
  }

  matches(pattern: string, text: string): boolean {
    this.#spend(0.05 + text.length / 10_000);
    return this.#patterns.get(pattern)?.test(text) === true;
  }

  /** What this schema alone asks of the member of this name. */
  schemasFor({ named, single }: SchemaNode, name: string): readonly SchemaNode[] {
    const own = named.properties?.get(name);
    const matching = [...(named.patternProperties ?? [])].flatMap(([pattern, schema]) => (this.matches(pattern, name) ? [schema] : []));
    if (own !== undefined) return [own, ...matching];
    if (matching.length > 0) return matching;
    return single.additionalProperties === undefined ? [] : [single.additionalProperties];
  }
}
