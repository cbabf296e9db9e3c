/** How a path answers: at once, after so many ms, or not before it is told otherwise. */
export type Mode = 'normal' | 'hang' | { readonly slowMs: number };

/** The receiver: an endpoint that notes when which message came. */
export interface EndpointCalls {
  listen(input: undefined): { readonly port: number };
  /** What hangs is answered when its path becomes normal. */
  mode(input: { readonly path: string; readonly mode: Mode }): void;
  /** Arrivals of the messages with these numbers, ms of the monotonic clock, 0 for none; how many came more than once in all. */
  arrivals(input: { readonly first: number; readonly count: number }): { readonly at: Float64Array; readonly repeated: number };
  /** How many distinct messages have arrived. */
  count(input: undefined): number;
}
