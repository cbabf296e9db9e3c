/** JSON as it is sent. Its texts, and the names of its members, may hold `<name>` for what is known by then. */
export type Template = null | boolean | number | string | readonly Template[] | { readonly [member: string]: Template };

/**
 * JSON as it is to come. An object has to have the members given, and may have others; an array has to have just these elements. Where
 * a value is not known beforehand, a matcher stands for it. Texts may hold `<name>`.
 */
export type Expected = null | boolean | number | string | readonly Expected[] | Matcher | { readonly [member: string]: Expected };

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** Stands for a value that is not known beforehand. */
export type Matcher =
  | { readonly $: 'anything' }
  | { readonly $: 'absent' }
  | { readonly $: 'type'; readonly type: JsonType }
  | { readonly $: 'pattern'; readonly source: string; readonly what: string }
  | { readonly $: 'either'; readonly options: readonly Expected[] }
  | { readonly $: 'only'; readonly members: { readonly [member: string]: Expected } }
  | { readonly $: 'each'; readonly element: Expected; readonly atLeast: number }
  | { readonly $: 'holding'; readonly elements: readonly Expected[] }
  | { readonly $: 'lacking'; readonly elements: readonly Expected[] }
  | { readonly $: 'ascending' }
  | { readonly $: 'not'; readonly value: Expected }
  | { readonly $: 'at least'; readonly number: number }
  | { readonly $: 'all'; readonly parts: readonly Expected[] };

export const anything: Matcher = { $: 'anything' };
export const absent: Matcher = { $: 'absent' };
export const aString: Matcher = { $: 'type', type: 'string' };
export const anInteger: Matcher = { $: 'type', type: 'integer' };
export const aBoolean: Matcher = { $: 'type', type: 'boolean' };
export const anObject: Matcher = { $: 'type', type: 'object' };
export const anArray: Matcher = { $: 'type', type: 'array' };

/** The regular expression is found in the text. */
export const matching = (source: string, what = `a text that matches /${source}/`): Matcher => ({ $: 'pattern', source, what });
export const someText: Matcher = matching('\\S', 'a text');
export const anId: Matcher = matching('^[0-9a-f]{24}$', 'an id of 24 hex digits');
export const aTime: Matcher = matching('^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$', 'a time in ISO 8601, UTC');

export const either = (...options: readonly Expected[]): Matcher => ({ $: 'either', options });
export const orNull = (expected: Expected): Matcher => either(expected, null);
/** An object with these members and no others. */
export const only = (members: { readonly [member: string]: Expected }): Matcher => ({ $: 'only', members });
/** An array whose elements are all like this, and of which there are so many at least. */
export const each = (element: Expected, atLeast = 0): Matcher => ({ $: 'each', element, atLeast });
/** An array in which something like each of these is to be found. */
export const holding = (...elements: readonly Expected[]): Matcher => ({ $: 'holding', elements });
/** An array in which nothing like any of these is to be found. */
export const lacking = (...elements: readonly Expected[]): Matcher => ({ $: 'lacking', elements });
/** An array of texts in ascending order. */
export const ascending: Matcher = { $: 'ascending' };
export const atLeast = (number: number): Matcher => ({ $: 'at least', number });
export const not = (value: Expected): Matcher => ({ $: 'not', value });
export const all = (...parts: readonly Expected[]): Matcher => ({ $: 'all', parts });

export function isMatcher(expected: Expected): expected is Matcher {
  return typeof expected === 'object' && expected !== null && !Array.isArray(expected) && typeof (expected as Matcher).$ === 'string';
}
