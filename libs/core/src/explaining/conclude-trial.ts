import { unreachable } from '../unreachable.ts';
import type { MappingTrial, TrialMessage, TrialVerdict } from './mapping-trial.ts';
import { explainFilter } from '../filter/explain.ts';
import { identifierWords } from './explain-line.ts';

/** What the versions of a mapping do with one message. */
export interface TriedMessage {
  readonly message: Pick<TrialMessage, 'id' | 'type'>;
  readonly draft: TrialVerdict;
  /** By the version that is saved, where there is one. */
  readonly saved: TrialVerdict | undefined;
}

export interface TrialLine {
  readonly id: string;
  readonly type: string;
  readonly sent: boolean;
  readonly code: 'sent' | 'mapping_disabled' | 'duplicate_identifier' | Exclude<TrialVerdict['code'], 'passes'>;
  /** Against the version that is saved. */
  readonly change: 'newly' | 'no_longer' | undefined;
  readonly explanation: string;
}

export interface TrialConclusion {
  readonly lines: readonly TrialLine[];
  readonly sent: number;
  /** How many would be sent if the mapping were enabled. */
  readonly passing: number;
  /** How many the saved version would send; undefined where there is none. */
  readonly savedSent: number | undefined;
  readonly newly: number;
  readonly noLonger: number;
  /** How many have the identifiers of an earlier one. */
  readonly duplicates: number;
}

/** Whether a message is sent, and which earlier message of the test has the same identifiers. */
interface Resolved {
  readonly passing: boolean;
  readonly earlier: string | undefined;
}

/**
 * What the messages come to, in their order: of several with the same identifiers the first is sent.
 * @param tested the oldest first
 */
export function concludeTrial(draft: MappingTrial, saved: MappingTrial | undefined, tested: readonly TriedMessage[]): TrialConclusion {
  const draftSeen = new Map<string, string>();
  const savedSeen = new Map<string, string>();
  const lines: TrialLine[] = [];
  const counts = { passing: 0, savedSent: 0, duplicates: 0 };
  for (const each of tested) {
    const now = resolve(each.draft, each.message.id, draftSeen);
    const sent = now.passing && draft.mapping.enabled;
    const was =
      saved !== undefined && each.saved !== undefined && saved.mapping.enabled && resolve(each.saved, each.message.id, savedSeen).passing;
    if (now.passing) counts.passing += 1;
    if (now.earlier !== undefined) counts.duplicates += 1;
    if (was) counts.savedSent += 1;
    const change = saved === undefined || sent === was ? undefined : sent ? 'newly' : 'no_longer';
    lines.push({ ...each.message, sent, change, ...told(each.draft, now, draft.mapping.enabled) });
  }
  const changed = (change: TrialLine['change']): number => lines.filter((line) => line.change === change).length;
  return {
    lines,
    sent: draft.mapping.enabled ? counts.passing : 0,
    passing: counts.passing,
    savedSent: saved === undefined ? undefined : counts.savedSent,
    newly: changed('newly'),
    noLonger: changed('no_longer'),
    duplicates: counts.duplicates,
  };
}

function resolve(verdict: TrialVerdict, id: string, seen: Map<string, string>): Resolved {
  if (verdict.code !== 'passes') return { passing: false, earlier: undefined };
  const earlier = verdict.key === undefined ? undefined : seen.get(verdict.key);
  if (verdict.key !== undefined && earlier === undefined) seen.set(verdict.key, id);
  return { passing: earlier === undefined, earlier };
}

function told(verdict: TrialVerdict, { earlier }: Resolved, enabled: boolean): Pick<TrialLine, 'code' | 'explanation'> {
  const line = toldEnabled(verdict, earlier);
  if (enabled) return line;
  const explanation =
    line.code === 'sent' ? 'The mapping is disabled. Enabled, it would get the message.' : `The mapping is disabled. ${line.explanation}`;
  return { code: 'mapping_disabled', explanation };
}

function toldEnabled(verdict: TrialVerdict, earlier: string | undefined): Pick<TrialLine, 'code' | 'explanation'> {
  switch (verdict.code) {
    case 'type_not_subscribed':
      return { code: verdict.code, explanation: 'The mapping does not want this type.' };
    case 'passes': {
      if (earlier === undefined) return { code: 'sent', explanation: 'Would be sent.' };
      const explanation = `Not sent again: message ${earlier} of this test has the same ${identifierWords(verdict.identifier ?? '')}.`;
      return { code: 'duplicate_identifier', explanation };
    }
    case 'filter_failed':
    case 'path_missing':
    case 'error':
      return { code: verdict.code, explanation: explainFilter(verdict.filter, verdict.hint) };
    default:
      return unreachable(verdict);
  }
}
