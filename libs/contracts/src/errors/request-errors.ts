import { entries, withStatus } from './error-entry.ts';

const bad = withStatus(400);
const unauthorized = withStatus(401);
const unprocessable = withStatus(422);
const unavailable = withStatus(503, true);

/** A request's form: its body, its headers, its credentials. */
export const bodyErrors = entries({
  body_not_json: bad(
    'The body is not JSON',
    'Requests carry one JSON document, and nothing before or after it.',
    'Check the body with any JSON parser at the place that the detail names; a brace that is missing at the end is the usual cause.',
  ),
  body_not_object: bad(
    'The body is not a JSON object',
    'A request has named members; a bare array, string or number has none.',
    'Wrap it in an object, such as {"message": "order:new", "payload": {…}}. Many messages at once go to …/messages/batch.',
  ),
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    why: 'Bodies are bounded, so that one sender cannot take the memory of all.',
    hint: 'Send less in one request: split batches, leave out embedded files. The operator can raise the limit that the detail names.',
    retriable: false,
  },
  body_too_deep: bad(
    'The body is nested too deeply',
    'Objects and arrays may stand inside each other 512 levels deep.',
    'Flatten the document. Such depth usually comes from a structure that refers to itself.',
  ),
  body_encoding: bad(
    'The body is not valid UTF-8',
    'JSON travels as UTF-8 without raw control characters inside strings.',
    'Encode the body as UTF-8, and escape control characters in strings, at the byte that the detail names.',
  ),
  body_incomplete: {
    status: 400,
    title: 'The body ended too early',
    why: 'Fewer bytes came than the Content-Length header announced, so nothing was stored.',
    hint: 'Send the request again; if it repeats, look for a proxy that cuts bodies or a Content-Length counted in characters, not bytes.',
    retriable: true,
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not declared as JSON',
    why: 'Only application/json and application/*+json are taken; anything else is likely meant for another address.',
    hint: 'Send the header Content-Type: application/json.',
    retriable: false,
  },
  uri_too_long: {
    status: 414,
    title: 'The address is too long',
    why: 'The request line is bounded.',
    hint: 'Ask for less in one request, or move the values into the body.',
    retriable: false,
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    why: 'The headers of a request are bounded together.',
    hint: 'Drop cookies and headers that the hub does not read.',
    retriable: false,
  },
  request_malformed: bad(
    'The request is not HTTP',
    'What came could not be read as a request; the connection is closed, since nobody knows where the next one begins.',
    'Look for a client that speaks TLS to a port that does not, or for raw characters in the path or a header.',
  ),
  header_invalid: bad(
    'A header cannot be read',
    'Headers that the hub reads have a fixed form.',
    'Correct the header that the detail names, or leave it out where it is optional.',
  ),
  request_timeout: {
    status: 408,
    title: 'The request did not arrive in time',
    why: 'A connection that sends nothing for too long is closed, so that it holds no place.',
    hint: 'Send the request again; nothing of it was stored.',
    retriable: true,
  },
  idempotency_key_invalid: bad(
    'The Idempotency-Key header is not a usable key',
    'A key is a non-empty string of printable ASCII characters of bounded length, with or without double quotes around it.',
    'Send a fresh UUID per message and repeat it only with the same body.',
  ),
  idempotency_key_reused: unprocessable(
    'The idempotency key was used with another body',
    'A key stands for one request; a second body under it would be lost without a word.',
    'Use a new key for a new message, or repeat exactly the body of the first request.',
  ),
  idempotency_key_in_progress: {
    status: 409,
    title: 'The first request with this idempotency key is still running',
    why: 'Its outcome is not known yet, so it can be neither repeated nor replayed.',
    hint: 'Wait the seconds that Retry-After names and send the same request again: it gets the first one’s answer.',
    retriable: true,
  },
});

export const credentialErrors = entries({
  token_missing: {
    ...unauthorized(
      'No token was sent',
      'Every request under /api belongs to a store and proves it by the store’s token.',
      'Send the store’s token as X-Augury-Token, or as Authorization: Bearer.',
    ),
    legacy: 'Token is invalid.',
  },
  token_invalid: {
    ...unauthorized(
      'The token is not valid for this store',
      'A token opens one store, until it is revoked.',
      'Compare the token with the one the store was set up with: no spaces, no quotes, the right store. A lost token is replaced, not shown again.',
    ),
    legacy: 'Token is invalid.',
  },
  admin_token_required: withStatus(403)(
    'This needs the administrator’s token',
    'A store’s token reads and changes that store; creating stores and operating the hub need more.',
    'Send the administrator’s token, or ask whoever runs the hub to do it.',
  ),
});

/** What is asked for cannot be served now, though nothing is wrong with it. */
export const capacityErrors = entries({
  storage_unavailable: unavailable(
    'The message could not be stored',
    'An answer of 2xx means that the message is durably stored; the database did not confirm that.',
    'Send it again after the seconds that Retry-After names, with the same Idempotency-Key if there is one.',
  ),
  overloaded: unavailable(
    'The hub is taking all the requests it can',
    'More would wait in memory without being stored, and be lost with the process.',
    'Send it again after the seconds that Retry-After names; many messages are cheaper as batches.',
  ),
  rate_limited: withStatus(429, true)(
    'The store sends more than it may',
    'Each store has a rate, so that none can starve the others.',
    'Wait the seconds that Retry-After names; the RateLimit headers say what is left.',
  ),
  shutting_down: unavailable(
    'The hub is stopping',
    'What is under way is finished; nothing new is begun.',
    'Send it again after the seconds that Retry-After names.',
  ),
  not_ready: unavailable(
    'The hub is starting',
    'It takes requests once the database is reached and migrated.',
    'Send it again after the seconds that Retry-After names; /readyz says what is waited for.',
  ),
});

export const routeErrors = entries({
  route_not_found: withStatus(404)(
    'There is nothing at this address',
    'The path is not one of the API’s.',
    'Compare the path with the API reference; store ids are 24 hexadecimal digits.',
  ),
  path_encoding: bad(
    'The path cannot be read',
    'In a path, a percent sign begins two hexadecimal digits, and what they encode is UTF-8.',
    'Encode each segment of the path; a percent sign itself is %25.',
  ),
  method_not_allowed: withStatus(405)(
    'This address does not take this method',
    'The Allow header lists the methods it takes.',
    'Use one of the methods in the Allow header.',
  ),
  precondition_failed: withStatus(412)(
    'It has been changed since it was read',
    'If-Match names the revision that the change is meant for, so that nobody overwrites what they have not seen.',
    'Read it again, apply the change to what is there now, and send it with the new ETag.',
  ),
  if_match_invalid: bad(
    'The header If-Match cannot be read',
    'It names a revision as the ETag of an answer did, such as "12"; "*" stands for any.',
    'Send the ETag as it came, quotes included, or leave the header out.',
  ),
  query_invalid: bad(
    'A query parameter is not usable',
    'An unknown value would otherwise look like an empty result.',
    'Correct the parameter that the detail names, to one of the values it lists.',
  ),
  page_out_of_range: bad(
    'The page is out of range',
    'Pages are numbered from 1, and served only up to a bound, since far pages cost ever more.',
    'Ask for a page within the range that the detail names, or narrow the list by date, type or state.',
  ),
});
