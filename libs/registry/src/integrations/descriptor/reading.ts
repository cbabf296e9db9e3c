import type { CompileRegex } from '@crossdock/core';
import type { DescriptorLimits } from './descriptor-limits.ts';
import type { Findings } from './findings.ts';

export interface DescriptorRules {
  readonly compileRegex: CompileRegex;
  readonly isMessageType: (name: string) => boolean;
  /** Of the endpoint: a file without a name is named after its host, and icons may be relative to it. */
  readonly url: string;
  /** Default: `descriptorLimits`. */
  readonly limits?: DescriptorLimits;
}

/** Those that do not compile are the ones that may take long, up to 60 ms. */
const REFUSED_PATTERN = 32;

/** Compiles so many patterns and no more, so that a file full of hostile ones takes no longer than another. */
export function compilerWithin(maxPatterns: number, compileRegex: CompileRegex): CompileRegex {
  let left = maxPatterns;
  return (pattern) => {
    if (left <= 0) return { error: `the file has more than ${maxPatterns} patterns, or several that do not compile` };
    const compiled = compileRegex(pattern);
    left -= 'error' in compiled ? REFUSED_PATTERN : 1;
    return compiled;
  };
}

/** What every part of the reader needs. */
export interface Reading {
  readonly rules: DescriptorRules;
  readonly limits: DescriptorLimits;
  readonly findings: Findings;
}
