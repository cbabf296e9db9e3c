/** What an `endpoint.json` may hold. Lengths in UTF-16 code units. */
export interface DescriptorLimits {
  /** Objects and arrays inside one another. */
  readonly maxDepth: number;
  /** Members of the file's object. */
  readonly maxMembers: number;
  readonly maxServices: number;
  /** Per service. */
  readonly maxParameters: number;
  /** Per service: what it recommends, and what it produces. */
  readonly maxMessages: number;
  readonly maxFilters: number;
  readonly maxIdentifiers: number;
  readonly maxOptions: number;
  /** Regular expressions of the whole file: compiling one takes time. One that does not compile counts as 32. */
  readonly maxPatterns: number;
  /** Of an endpoint and of a service; both, with a dot between them, name a mapping. */
  readonly maxName: number;
  readonly maxParameterName: number;
  readonly maxPath: number;
  readonly maxDisplay: number;
  readonly maxDescription: number;
  readonly maxHelp: number;
  readonly maxUrl: number;
  /** Of a parameter's default value, as JSON. */
  readonly maxDefault: number;
  readonly maxProblems: number;
  readonly maxWarnings: number;
}

export const descriptorLimits: DescriptorLimits = {
  maxDepth: 32,
  maxMembers: 1_000,
  maxServices: 200,
  maxParameters: 100,
  maxMessages: 256,
  maxFilters: 64,
  /** As many as a mapping may have. */
  maxIdentifiers: 16,
  maxOptions: 32,
  maxPatterns: 64,
  maxName: 63,
  maxParameterName: 255,
  maxPath: 1_024,
  maxDisplay: 200,
  maxDescription: 1_000,
  maxHelp: 4_000,
  maxUrl: 2_048,
  maxDefault: 16_384,
  maxProblems: 50,
  maxWarnings: 50,
};
