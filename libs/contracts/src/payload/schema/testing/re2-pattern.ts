import { RE2JS } from 're2js';
import type { CompilePattern } from '../compile-pattern.ts';

/** For specs: patterns as the registry compiles them. */
export const re2Pattern: CompilePattern = (pattern) => {
  try {
    const regex = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text) => regex.test(text), size: regex.programSize() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
};
