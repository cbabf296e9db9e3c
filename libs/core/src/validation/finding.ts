/** One thing noticed in a payload. `pointer` is a JSON Pointer into the payload; `reason` is a sentence. */
export interface Finding {
  readonly pointer: string;
  readonly code: string;
  readonly reason: string;
}
