import type { JsonObject, JsonValue } from '@crossdock/core';
import { readToken } from '../input/read-token.ts';
import { readUrl, type UrlRules } from '../input/read-url.ts';
import type { Problems } from '../input/problems.ts';
import type { IntegrationLimits } from './integration-limits.ts';

export interface IntegrationRules {
  readonly checkUrl: UrlRules['checkUrl'];
  readonly limits: IntegrationLimits;
}

/** What people say of an integration. */
export interface ReadIntegration {
  readonly name: string;
  readonly url: string;
  readonly category: string;
  /** Undefined: as the endpoint calls itself. */
  readonly display: string | undefined;
  readonly token: string | undefined;
}

/** An integration as it is now. */
export interface KnownIntegration extends ReadIntegration {
  /** What people see as `display`. */
  readonly shown: string;
}

const MEMBERS = ['name', 'url', 'category', 'token', 'display'];
const READ_ONLY = [
  'id',
  'store_id',
  'description',
  'icon_url',
  'help',
  'services',
  'state',
  'error_messages',
  'warnings',
  'fetched_at',
  'next_fetch_at',
  'mappings',
  'revision',
  'created_at',
  'updated_at',
];
const NAME = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * Reads an integration as people send it. Without `before` it is a new one; else what is not given stays as it was. `null` counts as
 * not given, but removes `token` and `display`. Everything that is wrong goes into `problems`.
 */
export function readIntegration(
  input: JsonObject,
  before: KnownIntegration | undefined,
  { checkUrl, limits }: IntegrationRules,
  problems: Problems,
): ReadIntegration {
  problems.unknownMembers(input, '', MEMBERS, READ_ONLY);
  const name = input['name'] ?? undefined;
  const url = input['url'] ?? undefined;
  const category = input['category'] ?? undefined;
  return {
    name: name === undefined && before !== undefined ? before.name : readName(name, limits, problems),
    // What is not given is not judged again: the rules may have changed since.
    url: url === undefined && before !== undefined ? before.url : readBase(url, { checkUrl, limits }, problems),
    category: readText('category', category ?? before?.category ?? '', limits.maxCategory, problems),
    display: readDisplay(input['display'], before, limits, problems),
    token: readToken(input['token'], before?.token, limits.maxToken, problems),
  };
}

function readName(name: JsonValue | undefined, { maxName }: IntegrationLimits, problems: Problems): string {
  if (typeof name === 'string' && name.length <= maxName && NAME.test(name)) return name;
  const reason = name === undefined ? 'The integration has no name.' : 'The name is not usable.';
  problems.add('/name', reason, `Send a name such as "mandrill": lower case letters, digits, - and _, at most ${maxName} characters.`);
  return '';
}

function readBase(url: JsonValue | undefined, rules: IntegrationRules, problems: Problems): string {
  const read = readUrl(url, rules, 'integration', problems);
  if (read === '') return read;
  const { search, hash, pathname } = new URL(read);
  const hint = 'Send the URL that the paths of the services follow, such as "https://example.com".';
  if (search !== '' || hash !== '' || /[?#]/.test(read)) {
    problems.add('/url', 'The URL holds a query or a fragment.', hint, 'integration_url_invalid');
  }
  if (pathname.endsWith('/endpoint.json')) {
    problems.add('/url', 'The URL is that of the description, not of the endpoint.', hint, 'integration_url_invalid');
  }
  return read;
}

function readText(name: string, text: JsonValue, most: number, problems: Problems): string {
  if (typeof text === 'string' && text.length <= most && !/[\p{Cc}\p{Cs}]/u.test(text)) return text;
  const reason = `The ${name} is not a line of text of at most ${most} characters.`;
  problems.add(`/${name}`, reason, 'Send a short text without control characters, or leave it out.');
  return '';
}

function readDisplay(
  display: JsonValue | undefined,
  before: KnownIntegration | undefined,
  { maxDisplay }: IntegrationLimits,
  problems: Problems,
): string | undefined {
  // An answer that is sent back brings along what is shown.
  if (display === undefined || display === before?.shown) return before?.display;
  if (display === null || display === '') return undefined;
  return readText('display', display, maxDisplay, problems);
}

/** Where a service of an endpoint is. */
export const serviceUrl = (base: string, path: string): string => `${base.replace(/\/+$/, '')}${path}`;
