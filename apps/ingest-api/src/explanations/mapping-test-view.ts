import { mustBe, type FilterTally, type TrialLine } from '@crossdock/core';

export interface FilterTallyView {
  readonly index: number;
  readonly path: string;
  readonly operator: string;
  readonly expected: string;
  readonly match_rule: string;
  /** The filter in words. */
  readonly explanation: string;
  readonly passed: number;
  readonly failed: number;
  readonly missing: number;
  readonly undecided: number;
}

export interface TestedMessageView {
  /** Of a message that was given, its place among them, from 0. */
  readonly message_id: string | null;
  readonly index: number | null;
  readonly message: string;
  readonly created_at: string | null;
  readonly outcome: 'sent' | 'not_sent';
  readonly code: string;
  /** Against the version that is saved. */
  readonly change: 'newly' | 'no_longer' | null;
  readonly explanation: string;
}

/** What a mapping would do with messages, as the API writes it. */
export interface MappingTestView {
  readonly summary: string;
  /** The saved version that it was compared with. */
  readonly saved: { readonly id: string; readonly name: string; readonly revision: number; readonly sent: number } | null;
  readonly tested: number;
  readonly sent: number;
  readonly newly: number | null;
  readonly no_longer: number | null;
  /** Why fewer messages were tested than were asked for, as a sentence. */
  readonly stopped: string | null;
  readonly hints: readonly string[];
  readonly filters: readonly FilterTallyView[];
  readonly messages: readonly TestedMessageView[];
}

export function filterTallyView({ index, path, operator, expected, matchRule, ...tally }: FilterTally): FilterTallyView {
  const { passed, failed, missing, undecided } = tally;
  const several = path.includes('*') ? `${matchRule === 'any' ? 'one' : 'all'} of ` : '';
  const explanation = `${several}${path} ${mustBe(operator, expected)}`;
  return { index, path, operator, expected, match_rule: matchRule, explanation, passed, failed, missing, undecided };
}

/** @param createdAt ms since the epoch; undefined for one that was given */
export function testedMessageView(
  { id, type, sent, code, change, explanation }: TrialLine,
  createdAt: number | undefined,
): TestedMessageView {
  const given = createdAt === undefined;
  return {
    message_id: given ? null : id,
    index: given ? Number(id) : null,
    message: type,
    created_at: given ? null : new Date(createdAt).toISOString(),
    outcome: sent ? 'sent' : 'not_sent',
    code,
    change: change ?? null,
    explanation,
  };
}

/** The same for a terminal: the summary, the hints, then a line a filter and a line a message. */
export function mappingTestText({ summary, stopped, hints, filters, messages }: MappingTestView): string {
  const codes = Math.max(0, ...messages.map(({ code }) => code.length));
  const names = messages.map(({ message_id: id, index }) => id ?? `#${index}`);
  const width = Math.max(0, ...names.map((name) => name.length));
  const mark = { newly: '+', no_longer: '-' } as const;
  return `${[
    summary,
    ...(stopped === null ? [] : [stopped]),
    ...hints.map((hint) => `! ${hint}`),
    ...(filters.length === 0 ? [] : ['']),
    ...filters.map(
      ({ index, explanation, passed, failed, missing, undecided }) =>
        `filter ${index + 1}: ${explanation}: ${passed} passed, ${failed} did not, ${undecided} undecided; nothing found in ${missing}`,
    ),
    '',
    ...messages.map(
      ({ code, change, explanation }, place) =>
        `${change === null ? ' ' : mark[change]} ${code.padEnd(codes)}  ${(names[place] ?? '').padEnd(width)}  ${explanation}`,
    ),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
