import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, StoreDirectory, TokenVerifier } from '@crossdock/core';
import { STORE_DIRECTORY, TOKEN_VERIFIER } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { HttpError } from '../http/http-error.ts';
import { requestToken } from './request-token.ts';

export type KnownCaller = Exclude<Caller, { readonly kind: 'unknown' }>;

const MAX_KNOWN_STORES = 10_000;

/**
 * Who may do what. The order of the checks keeps it from strangers which stores exist:
 * 1. no token, or one that nobody has: 401;
 * 2. a store's token, for any other store, real or not: 401;
 * 3. an administrator's token, which may act for every store: 404 where there is no such store.
 */
@Injectable()
export class StoreAccess {
  readonly #tokens: TokenVerifier;
  readonly #stores: StoreDirectory;
  /** Stores are never removed, so that one which was there still is. */
  readonly #known = new Set<string>();

  constructor(@Inject(TOKEN_VERIFIER) tokens: TokenVerifier, @Inject(STORE_DIRECTORY) stores: StoreDirectory) {
    this.#tokens = tokens;
    this.#stores = stores;
  }

  /** Who sent the request; 401 where nobody is known. */
  async caller(headers: IncomingHttpHeaders): Promise<KnownCaller> {
    const token = requestToken(headers);
    if (token === undefined) throw new HttpError('token_missing', { detail: 'The request has no token.' });
    const caller = await this.#tokens.verify(token);
    if (caller.kind === 'unknown') throw new HttpError('token_invalid', { detail: 'Nobody has this token.' });
    return caller;
  }

  /** Who sent the request, which may act for that store; else 401 or 404. */
  async callerFor(headers: IncomingHttpHeaders, store: string): Promise<KnownCaller> {
    const caller = await this.caller(headers);
    if (caller.kind === 'store') {
      if (caller.store !== store) throw new HttpError('token_invalid', { detail: 'The token is of another store.' });
      return caller;
    }
    if (!(await this.#exists(store))) throw new HttpError('store_not_found', { detail: 'There is no such store.' });
    return caller;
  }

  /** 401 where nobody is known, 403 where it is a store. */
  async admin(headers: IncomingHttpHeaders): Promise<void> {
    const caller = await this.caller(headers);
    if (caller.kind !== 'admin') throw new HttpError('admin_token_required', { detail: "The token is a store's." });
  }

  async #exists(store: string): Promise<boolean> {
    if (this.#known.has(store)) return true;
    if ((await this.#stores.find(store)) === undefined) return false;
    if (this.#known.size >= MAX_KNOWN_STORES) this.#known.clear();
    this.#known.add(store);
    return true;
  }
}
