import type { JsonValue } from '@crossdock/core';
import type { Problems } from './problems.ts';

export interface UrlRules {
  /** May the hub call it? Else why not, as a sentence. Asked of absolute http and https URLs only. */
  readonly checkUrl: (url: string) => { readonly ok: true } | { readonly ok: false; readonly reason: string };
  readonly limits: { readonly maxUrl: number };
}

/** Reads the member `url` of a mapping or an integration: where the hub sends to. '' where it is not usable. */
export function readUrl(url: JsonValue | undefined, rules: UrlRules, noun: 'mapping' | 'integration', problems: Problems): string {
  const invalid = (reason: string): string => {
    const example = noun === 'mapping' ? 'https://example.com/add_order' : 'https://example.com';
    problems.add('/url', reason, `Send an absolute http or https URL such as "${example}".`, `${noun}_url_invalid`);
    return '';
  };
  if (url === undefined) return invalid(`The ${noun} has no URL.`);
  if (typeof url !== 'string' || !URL.canParse(url)) return invalid('The URL cannot be read.');
  if (url.length > rules.limits.maxUrl) return invalid(`The URL has ${url.length} characters; ${rules.limits.maxUrl} are allowed.`);
  if (/[\s\p{Cc}\p{Cs}]/u.test(url)) return invalid('The URL holds a blank or a control character.');
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return invalid('The URL does not begin with http:// or https://.');
  if (parsed.username !== '' || parsed.password !== '')
    return invalid('The URL holds a user name or password; they belong into the token.');
  const checked = rules.checkUrl(url);
  if (checked.ok) return url;
  problems.add('/url', checked.reason, 'Use a public address, or have the operator allow this one.', `${noun}_url_blocked`);
  return '';
}
