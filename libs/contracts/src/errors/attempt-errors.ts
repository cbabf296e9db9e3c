import { entries, withStatus } from './error-entry.ts';

const badAnswer = withStatus(502, true);
const tooLate = withStatus(504, true);

/** How an attempt of a delivery failed: what the endpoint answered, or what the exchange met. */
export const answerErrors = entries({
  answer_http_2xx: badAnswer(
    'The endpoint answered a 2xx status other than 200',
    'By default only 200 is success: an endpoint of the field’s library says 202 where it has done nothing yet.',
    'Answer 200, or set the mapping’s option success to 2xx.',
  ),
  answer_http_3xx: badAnswer(
    'The endpoint redirects',
    'Redirects are not followed: the payload and the token must not travel to another address.',
    'Set the mapping’s URL to the final address, https and trailing slash included.',
  ),
  answer_http_4xx: badAnswer(
    'The endpoint refused the message',
    'A 4xx says that the request is not acceptable as it is. 429 and Retry-After are honoured.',
    'Read the answer in the attempt: a wrong token or path is mended in the mapping, a wrong value in the store; then attempt now.',
  ),
  answer_http_5xx: badAnswer(
    'The endpoint failed',
    'A 5xx says that the endpoint could not do its work; it is tried again later.',
    'Read the answer in the attempt and the endpoint’s own log; once it is mended, attempt now.',
  ),
  answer_not_json: badAnswer(
    'The endpoint’s answer is not JSON',
    'The answer must prove that it is about this message, and only JSON can.',
    'Answer with a JSON object that holds at least message_id.',
  ),
  answer_message_id_absent: badAnswer(
    'The endpoint’s answer has no message_id',
    'Without it the answer could be anybody’s, such as a proxy’s welcome page.',
    'Answer with the message_id of the request.',
  ),
  answer_wrong_message_id: badAnswer(
    'The endpoint’s answer is about another message',
    'Its message_id is not the one that was delivered, so nothing of it may be used.',
    'Answer with the message_id of the request; look for state shared between requests in the endpoint.',
  ),
  answer_too_large: badAnswer(
    'The endpoint’s answer is too large',
    'Answers are bounded in bytes (1 MiB) and messages (1,000).',
    'Answer with fewer messages per request, such as one page per poll.',
  ),
  answer_timeout: tooLate(
    'The endpoint did not answer in time',
    'An attempt that waits for ever would hold its place for ever. Whether the endpoint did the work is unknown.',
    'Make the service idempotent by message_id; for long work answer with delay and update_url, or raise the mapping’s time-out.',
  ),
  answer_connection_refused: badAnswer(
    'The endpoint refused the connection',
    'Nothing listens at the address and port of the mapping’s URL.',
    'Start the endpoint, or correct host and port of the mapping’s URL.',
  ),
  answer_connection_reset: badAnswer(
    'The connection broke before the answer was complete',
    'The endpoint, or something between, closed it. Whether the work was done is unknown.',
    'Look for a crash in the endpoint’s log, or a proxy with a shorter time-out.',
  ),
  answer_dns: badAnswer(
    'The endpoint’s name was not found',
    'The host of the mapping’s URL has no address.',
    'Correct the host, or the DNS entry.',
  ),
  answer_tls: badAnswer(
    'No secure connection to the endpoint',
    'Its certificate is not valid for this name, has expired, or is signed by nobody that is trusted.',
    'Renew the certificate, with its whole chain; certificates are never left unchecked.',
  ),
  answer_blocked: badAnswer(
    'The endpoint’s address is one the hub does not call',
    'The name now leads into a private network or to the hub’s own machine.',
    'Use a public address, or have the operator allow this host.',
  ),
  answer_invalid_url: withStatus(502)(
    'The mapping’s URL cannot be called',
    'A delivery is an HTTP POST to an absolute http or https address.',
    'Correct the mapping’s URL, then attempt now.',
  ),
  answer_aborted: withStatus(503, true)(
    'The attempt was broken off by the hub',
    'The hub was stopping. Whether the endpoint did the work is unknown.',
    'Nothing needs to be done: it is attempted again.',
  ),
  answer_network: badAnswer(
    'The network failed',
    'The exchange ended without an answer; the attempt has the cause.',
    'Check the route from the hub to the endpoint; it is attempted again.',
  ),
});

/** Why a delivery is parked: it waits for a person. */
export const parkErrors = entries({
  attempts_exhausted: withStatus(502)(
    'All attempts failed',
    'The mapping’s schedule of retries has ended.',
    'Read the last error, mend its cause, then attempt now; or archive it.',
  ),
  retries_not_allowed: withStatus(502)(
    'The attempt failed, and the mapping allows no retries',
    'The mapping’s option retries_allowed is false, because repeating could do harm.',
    'Find out whether the endpoint did the work, then attempt now or archive it.',
  ),
  loop_guard: withStatus(508)(
    'The message is the latest of a long chain',
    'Answers made messages whose answers made messages, more than 20 deep: most likely a circle.',
    'Look at the lineage for two mappings that answer each other, put a filter on one of them, then attempt now or archive it.',
  ),
  mapping_gone: withStatus(410)(
    'The mapping was deleted while deliveries waited for it',
    'There is nothing left that says where to send it.',
    'Archive it, or set the mapping up again and push the message once more.',
  ),
  attempt_lost: withStatus(502, true)(
    'The process that made the attempt died',
    'The request may have reached the endpoint; its answer is lost.',
    'Nothing needs to be done: it is attempted again, which a service that is idempotent by message_id does not notice.',
  ),
});
