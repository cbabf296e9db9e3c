import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** Marks a route that the original hub did not have: its errors are problem details, not the original's `{error, errors}`. */
export const OwnRoute = (): MethodDecorator => RouteConfig({ errors: 'problem' });

/** Whether the route that the request came to is ours. */
export function isOwnRoute(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { readonly errors?: unknown } | undefined)?.errors === 'problem';
}
