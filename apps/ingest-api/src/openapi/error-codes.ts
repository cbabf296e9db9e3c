import { catalogue, type ErrorCode } from '@crossdock/contracts';
import type { DescribedRoute } from './routes.ts';

/** What is answered before a route is found, whatever is asked; on the socket's level in the original's form. */
export const codesWithoutRoute: readonly ErrorCode[] = [
  'route_not_found',
  'method_not_allowed',
  'path_encoding',
  'uri_too_long',
  'request_malformed',
  'request_timeout',
  'headers_too_large',
];

const ofAll: readonly ErrorCode[] = ['internal_error', 'shutting_down'];
/** What reads or writes the database. */
const ofStores: readonly ErrorCode[] = ['token_missing', 'token_invalid', 'storage_unavailable'];
/** Of methods that have bodies, whether they are read or not. */
const ofBodies: readonly ErrorCode[] = ['body_incomplete', 'body_too_large', 'unsupported_media_type'];
const ofReadBodies: readonly ErrorCode[] = ['body_not_json', 'body_not_object', 'body_too_deep', 'body_encoding'];

/** Every code that the route can answer with, by status. */
export function codesOf({ method, path, access, facts }: DescribedRoute): ReadonlyMap<number, readonly ErrorCode[]> {
  const codes = new Set<ErrorCode>([
    ...ofAll,
    ...(access === 'anybody' ? [] : ofStores),
    ...(access === 'admin' ? (['admin_token_required'] as const) : []),
    ...(access === 'store' && path.includes('{store_id}') ? (['store_not_found'] as const) : []),
    ...(method === 'get' ? [] : ofBodies),
    ...(facts.body === undefined ? [] : ofReadBodies),
    ...(facts.revision === 'expected' ? (['if_match_invalid', 'precondition_failed'] as const) : []),
    ...(facts.query === undefined || access === 'anybody' ? [] : (['query_invalid'] as const)),
    ...(facts.errors ?? []),
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = catalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}
