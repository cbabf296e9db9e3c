/** Where requests go: one message type of one store. */
export interface LoadTarget {
  /** Of the API, e.g. `/api/stores/…/messages`. */
  readonly path: string;
  readonly token: string;
  readonly type: string;
}

/**
 * `open`: a fixed rate, whatever comes back. `closed`: every connection sends its next request when the last one was answered, while
 * fewer messages than `maxOutstanding` are under way to the endpoint.
 */
export type Pace = { readonly kind: 'open'; readonly perSecond: number } | { readonly kind: 'closed'; readonly maxOutstanding: number };

export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /** Requests take turns. */
  readonly targets: readonly LoadTarget[];
  readonly connections: number;
  readonly pace: Pace;
  /** Requests are sent for so long, or until there were so many. */
  readonly durationMs: number;
  readonly most?: number;
}

/** What was sent. Index 0 is the message with number `first`. */
export interface LoadReport {
  readonly first: number;
  readonly count: number;
  /** When each request was due (with a closed pace: sent), ms of the monotonic clock. */
  readonly dueAt: Float64Array;
  /** When it was sent: later where no connection was free, or the generator itself was late. */
  readonly sentAt: Float64Array;
  /** When its answer had come; 0 for none. */
  readonly answeredAt: Float64Array;
  /** Requests that were due and never sent, as all connections were busy. */
  readonly unsent: number;
  /** How many answers had which status; 0 where the connection broke. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** The generator process. Several plans may run at once; each has numbers of its own. */
export interface GeneratorCalls {
  /** Sends what the plan says and answers when all answers are there, or a little later without those that never came. */
  run(plan: LoadPlan): LoadReport;
  /** How many messages have arrived at the endpoint in all: what a bounded backlog is measured by. */
  arrived(count: number): void;
}
