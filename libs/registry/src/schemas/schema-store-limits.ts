/** How much a store may register. What is in use is in memory wherever messages of the store are handled. */
export interface SchemaStoreLimits {
  /** Types with a schema in use. */
  readonly maxPerStore: number;
  /** Characters of all schemas in use together. */
  readonly maxTextPerStore: number;
}

export const schemaStoreLimits: SchemaStoreLimits = { maxPerStore: 200, maxTextPerStore: 4 << 20 };
