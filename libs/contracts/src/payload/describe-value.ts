const shownCharacters = 60;

/**
 * What a stranger's value is, in a few words that may stand in any log: bounded, control characters and lone surrogates
 * escaped.
 */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'string') return describeText(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function describeText(text: string): string {
  if (text === '') return 'an empty string';
  const cut = text.length > shownCharacters;
  return `the string ${JSON.stringify(cut ? `${text.slice(0, shownCharacters)}…` : text)}`;
}
