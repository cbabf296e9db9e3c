/** One thing noticed in a payload. `pointer` is a JSON Pointer into the payload; `reason` is a sentence. */
export interface Finding {
  readonly pointer: string;
  readonly code: string;
  readonly reason: string;
}

/** What a payload was found to be. Errors make it invalid, warnings are remarks in its story. */
export interface PayloadFindings {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}
