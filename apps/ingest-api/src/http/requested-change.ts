import type { Change } from '@crossdock/core';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { nameOfCaller } from '../auth/known-callers.ts';
import { revisionOf } from './etag.ts';

/** Who asks for the change, and, where there is an `If-Match`, the revision that it is meant for. */
export const RequestedChange: () => ParameterDecorator = createParamDecorator((_: unknown, context: ExecutionContext): Change => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const expected = revisionOf(request.headers['if-match']);
  return { by: nameOfCaller(request), ...(expected === undefined ? {} : { expected }) };
});
