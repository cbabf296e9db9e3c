import type { FastifyRequest } from 'fastify';
import type { KnownCaller } from './store-access.ts';

const callers = new WeakMap<FastifyRequest, KnownCaller>();

/** Guards note here whom they let through. */
export function noteCaller(request: FastifyRequest, caller: KnownCaller): void {
  callers.set(request, caller);
}

/** Whom histories name for what the request changes: `admin`, or `api` for whoever acts with a store's token. */
export function nameOfCaller(request: FastifyRequest): string {
  return callers.get(request)?.kind === 'admin' ? 'admin' : 'api';
}
