/** What a schema that a store registers may be, and what checking a payload with it may take. */
export interface SchemaLimits {
  /** Of the schema's JSON text, UTF-8. */
  readonly maxBytes: number;
  /** How deep subschemas stand inside each other. */
  readonly maxDepth: number;
  /** Subschemas in all. Compiling takes a few tenths of a millisecond for each, in which nothing else happens. */
  readonly maxSubschemas: number;
  /** Different subschemas that `$ref` names: they are compiled one inside the other. */
  readonly maxReferenced: number;
  /** In UTF-16 code units. */
  readonly maxPattern: number;
  /**
   * What one check may take, in steps: a step is a cheap subschema applied to one value, some tens of nanoseconds. Checks take time in
   * proportion to the payload: so many steps, so many more for each byte of it, and never more than so many.
   */
  readonly baseSteps: number;
  readonly stepsPerByte: number;
  readonly maxSteps: number;
}

export const schemaLimits: SchemaLimits = {
  maxBytes: 65_536,
  maxDepth: 32,
  maxSubschemas: 500,
  maxReferenced: 100,
  maxPattern: 512,
  baseSteps: 50_000,
  stepsPerByte: 4,
  maxSteps: 2_000_000,
};
