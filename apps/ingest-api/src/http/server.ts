import type { HttpLimits } from '@crossdock/kit';
import { fastify, type FastifyInstance } from 'fastify';
import { answerWithoutRoute } from './addresses.ts';
import { errorAnswer } from './error-answer.ts';
import { HttpError } from './http-error.ts';
import { errorFormOf } from './own-route.ts';
import { refuseBrokenRequest, refuseUnreadablePath } from './unreadable.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json(?:;|$)/;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_PARAM = 300;
const IDLE_CHECK_MS = 20;

/** Forms of a path that mean the same: a `.json` suffix and a trailing `/` are left out. */
export function canonicalUrl(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  if (!path.endsWith('.json') || path === '/api/openapi.json') return url;
  return path.slice(0, -5) + (query === -1 ? '' : url.slice(query));
}

/** Fastify as this API needs it: JSON bodies arrive as the bytes that were sent, nothing else is taken. */
export function createServer({ maxBodyBytes }: HttpLimits): FastifyInstance {
  const server = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM },
    rewriteUrl: (request) => canonicalUrl(request.url ?? '/'),
    frameworkErrors: refuseUnreadablePath,
    clientErrorHandler: refuseBrokenRequest,
    return503OnClosing: false,
    logger: false,
  });
  refuseOnceClosing(server);
  answerWithoutRoute(server);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return server;
}

/** Requests on kept connections that come while what is under way is finished: refused as every other refusal is. */
function refuseOnceClosing(server: FastifyInstance): void {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    closeAsTheyFallIdle(server);
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!closing) return done();
    const stopping = new HttpError('shutting_down', { detail: 'The hub is stopping; nothing of this request was done.', retryAfter: 1 });
    const { status, headers, body } = errorAnswer(stopping, errorFormOf(request.routeOptions.config), request.url);
    void reply
      .status(status)
      .headers({ connection: 'close', ...headers })
      .send(body);
  });
}

/** Node closes what is idle when closing begins; a kept connection that falls idle later would hold the server until its time-out. */
function closeAsTheyFallIdle({ server }: FastifyInstance): void {
  const check = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  server.once('close', () => clearInterval(check));
}
