/** A pattern of a schema, ready to be run: found anywhere in a text, in time proportional to its size and the text. */
export interface SchemaPattern {
  test(text: string): boolean;
  /** Instructions of the compiled pattern. */
  readonly size: number;
}

/** Compiles a pattern in ECMAScript's syntax for an engine that runs in linear time. */
export type CompilePattern = (pattern: string) => SchemaPattern | { readonly error: string };
