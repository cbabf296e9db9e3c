/** What keeps a command from doing what it was told: what happened, why, and what to do now. */
export interface UsageProblem {
  readonly kind: 'problem';
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

export const usageProblem = (what: string, why: string, next: string): UsageProblem => ({ kind: 'problem', what, why, next });

/** As it is shown: the exit code that goes with it is 2. */
export function formatProblem({ what, why, next }: UsageProblem): string {
  const indented = (text: string): string => text.replaceAll('\n', '\n  ');
  return `\n  ${indented(what)}\n  ${indented(why)}\n\n  What now: ${indented(next)}\n`;
}
