const MESSAGES = {
  refused: 'not allowed by the egress policy',
  lookup_timeout: 'the name was not resolved in time',
  not_found: 'the name has no address',
} as const;

/** Carries the guard's verdict through the socket and the HTTP client back to the sender; it never leaves this library. */
export class EgressError extends Error {
  readonly verdict: keyof typeof MESSAGES;

  constructor(verdict: keyof typeof MESSAGES) {
    super(MESSAGES[verdict]);
    this.name = 'EgressError';
    this.verdict = verdict;
  }
}
