import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { storeInBody } from './body-store.ts';
import { noteCaller } from './known-callers.ts';
import { StoreAccess } from './store-access.ts';

/**
 * Lets through who may act for the store of the path's `:store_id`, or, on paths without one, of the body's `store_id`. Where neither
 * names a store, everybody with a token passes: the handler has nothing to act upon, and says so.
 */
@Injectable()
export class StoreGuard implements CanActivate {
  readonly #access: StoreAccess;

  constructor(access: StoreAccess) {
    this.#access = access;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { store_id?: string } }>>();
    const store = request.params.store_id ?? storeInBody(request.body);
    const { headers } = request;
    noteCaller(request, store === undefined ? await this.#access.caller(headers) : await this.#access.callerFor(headers, store));
    return true;
  }
}
