import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '@crossdock/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorAnswer } from './error-answer.ts';
import { HttpError } from './http-error.ts';

/** Paths that lead to no route because they cannot be read. Nobody knows whose they would be, so the answer is the original's. */
export function refuseUnreadablePath(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = errorAnswer(problemOf(error), 'original', request.url);
  void reply.status(status).headers(headers).send(body);
}

function problemOf(cause: unknown): HttpError {
  switch (codeOf(cause) ?? '') {
    case 'FST_ERR_BAD_URL':
      return new HttpError('path_encoding', { detail: 'The path holds a percent sign that does not begin an encoded character.', cause });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new HttpError('uri_too_long', { detail: 'A segment of the path is too long.', cause });
    default:
      return new HttpError('internal_error', { detail: 'The path could not be handled.', cause });
  }
}

/** What is no HTTP, or too much or too slow of it: answered on the socket, since there is no request to reply to. */
export function refuseBrokenRequest(error: Error, socket: Socket): void {
  if (codeOf(error) === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && !answers(socket)) {
    const { status, headers, body } = errorAnswer(brokenBy(error), 'original', '');
    const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  }
  socket.destroy(error);
}

/** Whether an answer has begun, in the middle of which another would end up. Node itself asks this way. */
function answers(socket: Socket): boolean {
  return (socket as { readonly _httpMessage?: { readonly headersSent?: boolean } | null })._httpMessage?.headersSent === true;
}

function brokenBy(cause: Error): HttpError {
  switch (codeOf(cause) ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError('headers_too_large', { detail: 'The headers of the request have more than 16 KiB.', cause });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('request_timeout', { detail: 'The request did not arrive in time.', cause });
    default:
      return new HttpError('request_malformed', { detail: 'The request is not HTTP.', cause });
  }
}
