import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { StoreAccess } from './store-access.ts';

/** Lets administrators through. */
@Injectable()
export class AdminGuard implements CanActivate {
  readonly #access: StoreAccess;

  constructor(access: StoreAccess) {
    this.#access = access;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.#access.admin(context.switchToHttp().getRequest<FastifyRequest>().headers);
    return true;
  }
}
