import type { CompileRegex } from '@crossdock/core';
import { messageOf } from '@crossdock/kit';
import { RE2JS } from 're2js';

export interface RegexLimits {
  /** In UTF-16 code units. */
  readonly maxPattern: number;
  /**
   * Instructions of the compiled pattern. A test takes time in proportion to them and to the text: `\pL{1000}` written 28 times fits into
   * a short pattern, but takes seconds for 64 KB of text.
   */
  readonly maxInstructions: number;
}

export const regexLimits: RegexLimits = { maxPattern: 256, maxInstructions: 300 };

/** Compiles patterns with RE2, which takes linear time for all it accepts. It accepts no look-around and no back-references. */
export function regexCompiler(limits: RegexLimits = regexLimits): CompileRegex {
  return (pattern) => {
    if (pattern.length > limits.maxPattern) return { error: `${pattern.length} characters are too many; ${limits.maxPattern} are allowed` };
    try {
      const regex = RE2JS.compile(pattern);
      const size = regex.programSize();
      if (size > limits.maxInstructions) {
        return { error: `it repeats too much: ${size} steps, ${limits.maxInstructions} are allowed; lower the numbers in braces` };
      }
      return { test: (text) => regex.test(text) };
    } catch (error) {
      return { error: messageOf(error).replace(/^error parsing regexp: /, '') };
    }
  };
}
