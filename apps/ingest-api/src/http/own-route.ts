import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

/** Of the original's routes `{error, errors?}`, of ours problem details. */
export type ErrorForm = 'original' | 'problem';

/** The metadata of a handler that is a route of ours. */
export const OWN_ROUTE = Symbol('OwnRoute');

/** Marks a route that the original hub did not have: its errors are problem details, not the original's `{error, errors}`. */
export const OwnRoute = (): MethodDecorator => applyDecorators(RouteConfig({ errors: 'problem' }), SetMetadata(OWN_ROUTE, true));

/** The form of a route's errors, by its configuration in Fastify. */
export function errorFormOf(config: unknown): ErrorForm {
  return (config as { readonly errors?: unknown } | undefined)?.errors === 'problem' ? 'problem' : 'original';
}
