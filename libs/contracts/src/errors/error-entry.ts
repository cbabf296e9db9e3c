/** What is the same each time an error of one code happens. Where it happened, and with which values, the occurrence says. */
export interface ErrorEntry {
  /** The HTTP status of an answer that carries the code, also for codes that so far appear only in logs and attempts. */
  readonly status: number;
  /** What happened, as a sentence without its full stop. */
  readonly title: string;
  /** Why that is refused or fails: the rule behind it. */
  readonly why: string;
  /** What to do now. */
  readonly hint: string;
  /** Whether the same thing, tried again unchanged, can work. */
  readonly retriable: boolean;
  /** The original hub's exact text, where callers may compare it. */
  readonly legacy?: string;
}

/** Checks the entries and keeps the codes as a type, but not the texts. */
export function entries<Code extends string>(listed: Readonly<Record<Code, ErrorEntry>>): Readonly<Record<Code, ErrorEntry>> {
  return listed;
}

/** Entries that only their texts tell apart. */
export const withStatus =
  (status: number, retriable = false) =>
  (title: string, why: string, hint: string): ErrorEntry => ({ status, title, why, hint, retriable });
