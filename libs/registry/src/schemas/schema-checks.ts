import { compileSchema, type CompiledSchema, type SchemaFindingCode, type SchemaRules } from '@crossdock/contracts';
import type { CheckPayload, FieldProblem, Finding, JsonValue } from '@crossdock/core';
import { WeightedCache } from '../snapshots/weighted-cache.ts';

export interface SchemaChecksOptions extends SchemaRules {
  /** Characters of schemas that are kept ready; those that were used last stay. */
  readonly maxCachedText?: number;
}

type Compiled = ReturnType<typeof compileSchema>;

const unusable: Finding = {
  pointer: '',
  code: 'schema_unusable' satisfies SchemaFindingCode,
  reason: 'The schema that the store has registered for this type cannot be used by this version of the hub: nothing was checked by it.',
};

/** Compiles schemas as they are needed, each once for all stores that have it. */
export class SchemaChecks {
  readonly #rules: SchemaRules;
  readonly #compiled: WeightedCache<Compiled>;

  constructor({ maxCachedText = 16 << 20, ...rules }: SchemaChecksOptions) {
    this.#rules = rules;
    this.#compiled = new WeightedCache(maxCachedText);
  }

  /** The schema with this text; what is stored has been compiled before, unless another version of the hub did. */
  compile(text: string): Compiled {
    const known = this.#compiled.get(text);
    if (known !== undefined) return known;
    const compiled = compileSchema(JSON.parse(text) as JsonValue, this.#rules);
    this.#compiled.set(text, compiled, text.length);
    return compiled;
  }

  /** What checks by a stored schema. Compiled at the first use; one that cannot be used finds nothing, and says so. */
  stored(text: string, onProblem: (problems: readonly FieldProblem[]) => void): CheckPayload {
    let isTold = false;
    return (payload, bytes) => {
      const compiled = this.compile(text);
      if (compiled.ok) return checkOf(compiled)(payload, bytes);
      if (!isTold) onProblem(compiled.problems);
      isTold = true;
      return { errors: [], warnings: [unusable] };
    };
  }
}

export function checkOf({ check }: CompiledSchema): CheckPayload {
  return (payload, bytes) => ({ errors: check(payload, bytes), warnings: [] });
}
