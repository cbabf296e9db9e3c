import { timingSafeEqual } from 'node:crypto';
import type { Caller, TokenVerifier } from '@crossdock/core';
import { idOf, uuidOf, type Database, type Row, type Statement } from '@crossdock/event-log';
import { WeightedCache } from '../snapshots/weighted-cache.ts';
import { fingerprint, isEnvironment, MAX_TOKEN_LENGTH, newToken, readToken, type TokenText } from './token-text.ts';

export interface TokensOptions {
  readonly database: Database;
  /** Milliseconds that never go back, e.g. of `performance.now`. */
  readonly now: () => number;
  /** What new tokens say of where they belong, e.g. `live`, `test` or `dev`. */
  readonly environment: string;
  /** How long a verdict is remembered, and a revoked token goes on working. */
  readonly cacheMs?: number;
  readonly maxCached?: number;
  /** How often the use of tokens is written down. */
  readonly lastUsedEveryMs?: number;
  /** Told when it could not be written down. */
  readonly onError?: (error: unknown) => void;
}

export type EnsuredAdminToken =
  /** Made now: show it, it cannot be read again. */
  | { readonly kind: 'created'; readonly token: string }
  | { readonly kind: 'present' }
  | { readonly kind: 'refused'; readonly problem: string };

interface TokenRow extends Row {
  readonly store_id: string | null;
  readonly hash: Buffer;
}

interface Verdict {
  readonly caller: Caller;
  readonly until: number;
}

const FIND: Statement = { name: 'registry_token', text: 'select store_id, hash from api_token where id = $1' };
const INSERT = 'insert into api_token (id, store_id, hash) values ($1, $2, $3) on conflict do nothing';
const UNKNOWN: Caller = { kind: 'unknown' };
const ADMIN: Caller = { kind: 'admin' };

/** API tokens: found by their public id, compared by hash in constant time, remembered for a moment. */
export class Tokens implements TokenVerifier {
  readonly #options: TokensOptions;
  readonly #cacheMs: number;
  readonly #known: WeightedCache<Verdict>;
  /** Apart from the known, so that guessing does not push those out. */
  readonly #unknown: WeightedCache<Verdict>;
  readonly #searches = new Map<string, Promise<Caller>>();
  readonly #timer: NodeJS.Timeout;
  #used = new Set<string>();

  constructor(options: TokensOptions) {
    if (!isEnvironment(options.environment)) throw new TypeError('The environment of tokens is 1 to 16 lower case letters and digits.');
    this.#options = options;
    this.#cacheMs = options.cacheMs ?? 1_000;
    this.#known = new WeightedCache(options.maxCached ?? 10_000);
    this.#unknown = new WeightedCache(options.maxCached ?? 10_000);
    this.#timer = setInterval(() => void this.#writeLastUsed(), options.lastUsedEveryMs ?? 60_000);
    this.#timer.unref();
  }

  async verify(token: string): Promise<Caller> {
    if (token.length > MAX_TOKEN_LENGTH) return UNKNOWN;
    // Memory holds no tokens either, and nothing of one shows in how long a look-up takes.
    const key = fingerprint(token);
    // Verdicts are set anew each second, which keeps the order of use well enough.
    const verdict = this.#known.peek(key) ?? this.#unknown.peek(key);
    if (verdict !== undefined && verdict.until > this.#options.now()) return verdict.caller;
    return await this.#search(key, token);
  }

  /** One search per token at a time. */
  #search(key: string, text: string): Promise<Caller> {
    const running = this.#searches.get(key);
    if (running !== undefined) return running;
    const token = readToken(text);
    if (token === undefined) return Promise.resolve(UNKNOWN);
    const search = this.#find(key, token).finally(() => this.#searches.delete(key));
    this.#searches.set(key, search);
    return search;
  }

  async #find(key: string, token: TokenText): Promise<Caller> {
    // Good until a second after the question, not after the answer.
    const until = this.#options.now() + this.#cacheMs;
    const [row] = await this.#options.database.query<TokenRow>(FIND, [token.id]);
    if (row === undefined || !timingSafeEqual(row.hash, token.hash)) {
      this.#known.delete(key);
      this.#unknown.set(key, { caller: UNKNOWN, until }, 1);
      return UNKNOWN;
    }
    const caller: Caller = row.store_id === null ? ADMIN : { kind: 'store', store: idOf(row.store_id) };
    this.#unknown.delete(key);
    this.#known.set(key, { caller, until }, 1);
    this.#used.add(token.id);
    return caller;
  }

  /** Another token for a store, shown this once. The store must exist. */
  async issue(store: string): Promise<string> {
    const token = newToken(this.#options.environment);
    await this.#options.database.query(INSERT, [token.id, uuidOf(store), token.hash]);
    return token.text;
  }

  /** Ends a token, given whole or by its public id. False where there is none. */
  async revoke(token: string): Promise<boolean> {
    const id = readToken(token)?.id ?? token;
    const gone = await this.#options.database.query('delete from api_token where id = $1 returning id', [id]);
    return gone.length > 0;
  }

  /**
   * Sees to it that an administrator's token exists: the given one, or any. The given one must have been made by `newToken`, so that
   * nobody runs the hub with a guessable one.
   */
  async ensureAdminToken(given?: string): Promise<EnsuredAdminToken> {
    const { database, environment } = this.#options;
    if (given === undefined) {
      const [any] = await database.query('select id from api_token where store_id is null limit 1');
      if (any !== undefined) return { kind: 'present' };
    }
    const token = given === undefined ? newToken(environment) : readToken(given);
    if (token === undefined) {
      const problem = 'It is not of the form crossdock_<environment>_<8>_<43>_<6 checksum>. Leave it out, and one is made and shown once.';
      return { kind: 'refused', problem };
    }
    const inserted = await database.query(`${INSERT} returning id`, [token.id, null, token.hash]);
    if (inserted.length > 0) return given === undefined ? { kind: 'created', token: token.text } : { kind: 'present' };
    const [row] = await database.query<TokenRow>(FIND, [token.id]);
    if (row?.store_id === null && timingSafeEqual(row.hash, token.hash)) return { kind: 'present' };
    return { kind: 'refused', problem: `Another token has the id ${token.id}: make a new one.` };
  }

  async #writeLastUsed(): Promise<void> {
    if (this.#used.size === 0) return;
    const used = this.#used;
    this.#used = new Set();
    try {
      const ids = [...used].sort();
      await this.#options.database.query(
        `update api_token t set last_used_at = clock_timestamp()
           from (select id from api_token where id = any($1::text[]) order by id for update) l where t.id = l.id`,
        [ids],
      );
    } catch (error) {
      for (const id of used) this.#used.add(id);
      this.#options.onError?.(error);
    }
  }

  /** Writes down what is not yet. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writeLastUsed();
  }
}
