import { isIP } from 'node:net';
import { unreachable } from '@crossdock/core';
import type { EgressPolicy } from './egress-policy.ts';
import { canonicalName, isLocalhost } from './host-name.ts';

export type UrlRefusal =
  | 'not_a_url'
  | 'too_long'
  | 'scheme_not_http'
  | 'has_credentials'
  | 'port_not_allowed'
  | 'address_not_allowed'
  | 'name_not_allowed';

export type CheckedUrl =
  /** `url.hostname` has no trailing dot. A name must still be checked after resolution. */
  { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: UrlRefusal };

const MAX_URL_LENGTH = 8192;

/**
 * May a request go to this URL, as far as the URL itself tells? IP literals are judged here, in every spelling, because they never
 * reach a lookup; names other than localhost are judged when they are resolved.
 */
export function checkUrl(text: string, policy: EgressPolicy): CheckedUrl {
  if (text.length > MAX_URL_LENGTH) return refused('too_long');
  if (!URL.canParse(text)) return refused('not_a_url');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused('scheme_not_http');
  if (url.username !== '' || url.password !== '') return refused('has_credentials');
  const host = literalOrName(url.hostname);
  const refusal = refusalOfHost(host, policy);
  if (refusal !== undefined) return refused(refusal);
  if (isIP(host) === 0) url.hostname = host;
  if (!policy.permitsPort(portOf(url))) return refused('port_not_allowed');
  return { ok: true, url };
}

/** A sentence for whoever configured the URL. Tells nothing that the URL did not say. */
export function describeRefusal(reason: UrlRefusal): string {
  switch (reason) {
    case 'not_a_url':
      return 'The URL cannot be read. Write it in full, like https://example.com/path.';
    case 'too_long':
      return `The URL is longer than ${MAX_URL_LENGTH} characters.`;
    case 'scheme_not_http':
      return 'The URL must begin with http:// or https://.';
    case 'has_credentials':
      return 'The URL holds a user name or password. Leave them out and use the endpoint token.';
    case 'port_not_allowed':
      return "The URL's port is not allowed by the egress policy: 80, 443, or 1024 and above, unless the installation lists more.";
    case 'address_not_allowed':
      return "The URL's address is not allowed by the egress policy.";
    case 'name_not_allowed':
      return "The URL's host name is not allowed by the egress policy.";
    default:
      return unreachable(reason);
  }
}

function refused(reason: UrlRefusal): CheckedUrl {
  return { ok: false, reason };
}

function refusalOfHost(host: string, policy: EgressPolicy): UrlRefusal | undefined {
  if (isIP(host) !== 0) return policy.permitsAddress(host) ? undefined : 'address_not_allowed';
  if (host === '') return 'not_a_url';
  return isLocalhost(host) && !policy.allowLoopback ? 'name_not_allowed' : undefined;
}

/** `new URL` has brought every spelling of an address into one form by now; IPv6 stands in brackets. */
function literalOrName(hostname: string): string {
  const bare = canonicalName(hostname);
  return bare.startsWith('[') && bare.endsWith(']') ? bare.slice(1, -1) : bare;
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
