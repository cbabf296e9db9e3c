import type { CompilePattern } from '@crossdock/contracts';
import { messageOf } from '@crossdock/kit';
import { RE2JS } from 're2js';

export interface SchemaPatternLimits {
  /** Instructions of a compiled pattern: a test takes time in proportion to them. */
  readonly maxInstructions: number;
}

export const schemaPatternLimits: SchemaPatternLimits = { maxInstructions: 300 };

/** Compiles patterns as JSON Schema has them, in ECMAScript's syntax, with RE2, which takes linear time for all it accepts. */
export function schemaPatterns({ maxInstructions }: SchemaPatternLimits = schemaPatternLimits): CompilePattern {
  return (pattern) => {
    try {
      const regex = RE2JS.compile(RE2JS.translateRegExp(pattern));
      const size = regex.programSize();
      if (size > maxInstructions) return { error: `it repeats too much: ${size} steps, ${maxInstructions} are allowed` };
      return { test: (text) => regex.test(text), size };
    } catch (error) {
      return { error: messageOf(error).replace(/^error parsing regexp: /, '') };
    }
  };
}
