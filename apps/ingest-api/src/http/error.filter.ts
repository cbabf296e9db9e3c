import type { ErrorCode } from '@crossdock/contracts';
import { LOGGER, codeOf, messageOf, type Logger } from '@crossdock/kit';
import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorAnswer } from './error-answer.ts';
import { HttpError } from './http-error.ts';
import { errorFormOf } from './own-route.ts';

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'database_unreachable',
  'transaction_aborted',
  'append_conflict',
  '40001',
  '40P01',
  '57014',
  '53300',
]);
/** What is found before a controller is reached; Nest keeps only the status of Fastify's errors. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'body_incomplete',
  404: 'route_not_found',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  503: 'shutting_down',
};

/** Gives errors the form of their route: the original's `{error, errors?}`, or problem details on ours. Nothing inside shows outside. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const found = problemOf(error);
    if (found.status >= 500) this.logger.error({ event: 'request_failed', code: found.code, err: error }, messageOf(error));
    const request = http.getRequest<FastifyRequest>();
    const { status, headers, body } = errorAnswer(found, errorFormOf(request.routeOptions.config), request.url);
    void reply.status(status).headers(headers).send(body);
  }
}

function problemOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const code = codeOf(error) ?? '';
  if (UNAVAILABLE.has(code))
    return new HttpError('storage_unavailable', { detail: 'The database does not answer.', retryAfter: 5, cause: error });
  if (code === 'page_out_of_range' || code === 'query_invalid') return new HttpError(code, { detail: messageOf(error), cause: error });
  // The client went away in the middle of its request.
  if (code === 'ECONNRESET')
    return new HttpError('body_incomplete', { detail: 'The connection broke before the body was complete.', cause: error });
  const known = error instanceof HttpException ? BY_STATUS[error.getStatus()] : undefined;
  if (known !== undefined) return new HttpError(known, { detail: messageOf(error), cause: error });
  return new HttpError('internal_error', { detail: 'The request could not be handled; the details are in the log.', cause: error });
}
