import { mustBe } from '../filter/explain.ts';
import { finiteNumber } from '../filter/scalar.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { TrialConclusion } from './conclude-trial.ts';
import { listed } from './explain-line.ts';
import type { FilterTally, MappingTrial } from './mapping-trial.ts';

const MOST_VALUES = 4;
/** Where more of the messages than this are duplicates, the identifiers may be the wrong ones. */
const MANY_DUPLICATES = 0.5;

/** What a person would notice about the outcome of a test, as sentences. */
export function trialHints({ mapping, filters, tested }: MappingTrial, { duplicates, passing }: TrialConclusion): readonly string[] {
  if (mapping.messages.length === 0) return ['The mapping wants no messages: name types in `messages`.'];
  if (tested === 0) return ['None of the messages is of a type that the mapping wants.'];
  const hints = filters.flatMap((tally) => {
    const hint = hintOn(tally, tested);
    return hint === undefined ? [] : [hint];
  });
  const identified = duplicates + passing;
  return duplicates > identified * MANY_DUPLICATES
    ? [
        ...hints,
        `${duplicates} of the ${identified} messages that pass have the identifiers of an earlier one: do they tell messages apart?`,
      ]
    : hints;
}

function hintOn(tally: FilterTally, tested: number): string | undefined {
  const filter = `Filter ${tally.index + 1}`;
  const messages = tested === 1 ? 'the message' : `any of the ${tested} messages`;
  if (tally.missing === tested) {
    const path = `${tally.path} finds nothing in ${messages}.${tally.hint === undefined || tally.hint === '' ? '' : ` ${tally.hint}`}`;
    return tally.passed > 0
      ? `${filter} keeps nothing away: ${tally.operator} passes where nothing is found, and ${path}`
      : `${filter} never passes: ${path}`;
  }
  if (tally.undecided > 0 && (tally.operator === 'gt' || tally.operator === 'lt') && tally.note === 'is not a number') {
    const found = [...tally.values.keys()].find((text) => !isNumeric(text));
    const example = found === undefined ? '' : ` such as ${found}`;
    return `${filter} compares with ${tally.operator}, which needs a number; in ${tally.undecided} of ${tested} messages ${tally.path} finds something else${example}. Use eq, begin or match.`;
  }
  if (tally.passed === 0)
    return `${filter} never passes: ${tally.path} finds ${valuesOf(tally)}; it ${mustBe(tally.operator, tally.expected)}.${nearMiss(tally)}`;
  return undefined;
}

/** `"DE" 60 times, "FR" 30 times and 3 more`, the most frequent first. */
function valuesOf({ values }: FilterTally): string {
  const told = [...values].sort(([, a], [, b]) => b - a).map(([text, n]) => (n === 1 ? text : `${text} ${n} times`));
  return listed(told, MOST_VALUES, 'nothing');
}

/** A value that would do if texts were compared with less care. */
function nearMiss({ operator, expected, values }: FilterTally): string {
  if (operator !== 'eq') return '';
  const wanted = expected.trim().toLowerCase();
  for (const shown of values.keys()) {
    const text = textOf(shown);
    if (text.trim().toLowerCase() === wanted) return ` eq minds case and blanks: ${shown} is not ${JSON.stringify(expected)}.`;
    const number = finiteNumber(text);
    if (number !== undefined && number === finiteNumber(expected)) return ` eq compares text: ${shown} is not ${JSON.stringify(expected)}.`;
  }
  return '';
}

const isNumeric = (shown: string): boolean => finiteNumber(textOf(shown)) !== undefined;

/** The text of a value that was shown as JSON; one that was cut is taken as it is. */
function textOf(shown: string): string {
  try {
    const value = JSON.parse(shown) as JsonValue;
    return typeof value === 'string' ? value : shown;
  } catch {
    return shown;
  }
}
