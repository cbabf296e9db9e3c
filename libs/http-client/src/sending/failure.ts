import type { SendFailureClass } from '@crossdock/core';
import { codeOf } from '@crossdock/kit';
import { errors } from 'undici';
import { EgressError } from '../guard/egress-error.ts';

export interface Failure {
  readonly failure: SendFailureClass;
  /** Safe to show to a tenant: no addresses, no text of the other side, nothing of the inside network. */
  readonly detail: string;
}

const RESET: Failure = { failure: 'connection_reset', detail: 'The connection was closed before the answer was complete.' };
const NAME_UNKNOWN: Failure = { failure: 'dns', detail: 'The host name could not be resolved.' };
const CONNECT_TIMEOUT: Failure = { failure: 'timeout', detail: 'No connection could be made in time.' };
const CLOSED: Failure = { failure: 'aborted', detail: 'The request was ended because the service is stopping.' };
const NOT_HTTP: Failure = { failure: 'network', detail: 'The answer is not valid HTTP/1.1.' };
const UNREACHABLE: Failure = { failure: 'network', detail: 'The host could not be reached.' };

const BY_VERDICT: Readonly<Record<EgressError['verdict'], Failure>> = {
  refused: { failure: 'blocked', detail: 'The address is not allowed by the egress policy.' },
  lookup_timeout: { failure: 'dns', detail: 'The host name was not resolved in time.' },
  not_found: NAME_UNKNOWN,
};

const BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { failure: 'connection_refused', detail: 'The endpoint refused the connection.' },
  ECONNRESET: RESET,
  EPIPE: RESET,
  UND_ERR_SOCKET: RESET,
  UND_ERR_CONNECT_TIMEOUT: CONNECT_TIMEOUT,
  ETIMEDOUT: CONNECT_TIMEOUT,
  UND_ERR_HEADERS_OVERFLOW: { failure: 'too_large', detail: "The answer's headers are too large." },
  UND_ERR_INVALID_ARG: { failure: 'network', detail: 'The request holds a header or path that cannot be sent.' },
  UND_ERR_NOT_SUPPORTED: { failure: 'network', detail: 'The request holds a header that cannot be sent.' },
  UND_ERR_DESTROYED: CLOSED,
  UND_ERR_CLOSED: CLOSED,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EHOSTDOWN: UNREACHABLE,
};

const NAME_LOOKUP_CALLS = /^(getaddrinfo|query[A-Z])/;
const TLS_CODES =
  /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|EPROTO$)/;

/** What kind of failure this error of a socket, of the guard or of the HTTP client is. `reading`: the headers of the answer had arrived. */
export function classifyError(error: unknown, reading: boolean): Failure {
  if (error instanceof EgressError) return BY_VERDICT[error.verdict];
  // Before the codes: a name server refuses connections as well.
  if (NAME_LOOKUP_CALLS.test(syscallOf(error))) return NAME_UNKNOWN;
  if (isProtocolError(error, reading)) return NOT_HTTP;
  const code = codeOf(error) ?? '';
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (isEarlyEnd(error)) return RESET;
  if (TLS_CODES.test(code)) return { failure: 'tls', detail: `The TLS connection failed: ${code}.` };
  return { failure: 'network', detail: code === '' ? 'The request failed.' : `The request failed: ${code}.` };
}

/** The parser gives one class of error for everything; a connection that ended too soon is told apart by the parser's words alone. */
function isEarlyEnd(error: unknown): boolean {
  if (error instanceof errors.ResponseContentLengthMismatchError) return true;
  return error instanceof errors.HTTPParserError && error.message.includes('EOF');
}

function isProtocolError(error: unknown, reading: boolean): boolean {
  // A mismatch of lengths before there is a body: the headers contradict each other.
  if (error instanceof errors.ResponseContentLengthMismatchError) return !reading;
  // A 100 or 101 that was not asked for.
  if (error instanceof errors.SocketError) return error.message.startsWith('bad ');
  return error instanceof errors.HTTPParserError && !isEarlyEnd(error);
}

function syscallOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('syscall' in error)) return '';
  return typeof error.syscall === 'string' ? error.syscall : '';
}
