import { hostileJson } from './hostile.ts';
import type { FuzzRequest, TokenKind } from './requests.ts';
import { etagSlot, filled } from './slots.ts';

export interface KnownStore {
  readonly id: string;
  readonly token: string;
}

/** What requests are made with: two stores, and whatever answers have named since. */
export class World {
  readonly #own: KnownStore;
  readonly #other: KnownStore;
  readonly #adminToken: string;
  readonly #ids = new Map<string, string[]>();
  readonly #cursors = new Map<string, string[]>();
  /** By path. */
  readonly #etags = new Map<string, string>();

  constructor({ own, other, adminToken }: { readonly own: KnownStore; readonly other: KnownStore; readonly adminToken: string }) {
    this.#own = own;
    this.#other = other;
    this.#adminToken = adminToken;
  }

  /** The request as it is sent: its slots filled, its token among the headers. */
  complete(request: FuzzRequest): FuzzRequest {
    const fill = (text: string): string => filled(text, (kind, name, number) => this.#fill(kind, name, number));
    const token = this.#token(request.token);
    const path = fill(request.path);
    // Of what is asked for, if it is known; so that preconditions hold now and then.
    const etag = this.#etags.get(path) ?? this.#etags.values().next().value ?? '"1"';
    const headers = Object.entries(request.headers).map(([name, value]) => [name, value === etagSlot ? etag : fill(value)] as const);
    return {
      ...request,
      path,
      query: request.query.map(([name, value]) => [name, fill(value)] as const),
      headers: { ...Object.fromEntries(headers), ...token },
      body: typeof request.body === 'string' ? fill(request.body) : request.body,
    };
  }

  /** What was removed is asked for more seldom. */
  forget(path: string): void {
    const segments = path.split('/');
    const id = segments.at(-1) ?? '';
    const known = this.#ids.get(segments.at(-2) ?? '');
    if (known === undefined || !known.includes(id)) return;
    known.splice(known.indexOf(id), 1);
    this.#remember(this.#ids, REMOVED, id);
  }

  /** Remembers the ids, cursors and ETags of an answer. */
  learn(operation: string, path: string, value: unknown, etag: string | undefined): void {
    if (etag !== undefined && path.startsWith('/api/stores/')) this.#etags.set(path, etag);
    if (typeof value !== 'object' || value === null) return;
    const next = 'next' in value ? value.next : undefined;
    if (typeof next === 'string') this.#remember(this.#cursors, operation, next);
    const segments = (path.split('?', 1)[0] ?? '').split('/').filter((segment) => segment !== '');
    // A thing is at its collection's path, or one below.
    const collection = segments[3] ?? segments.at(-1) ?? '';
    this.#learnFrom(value, collection, 0);
  }

  #learnFrom(value: unknown, collection: string, depth: number): void {
    if (depth > 3 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, 20)) this.#learnFrom(item, collection, depth + 1);
      return;
    }
    for (const [name, member] of Object.entries(value)) {
      if (name === 'id' && isId(member) && waits(value)) this.#remember(this.#ids, WAITING, member);
      if (name === 'id' && isId(member)) this.#remember(this.#ids, collection, member);
      else if ((name === 'message_id' || name === 'delivery_id' || name === 'parent_id') && isId(member))
        this.#remember(this.#ids, 'messages', member);
      else if (Array.isArray(member)) this.#learnFrom(member, name === 'children' ? 'messages' : name, depth + 1);
    }
  }

  #remember(pool: Map<string, string[]>, name: string, text: string): void {
    const known = pool.get(name) ?? [];
    keep(known, text, 60);
    pool.set(name, known);
  }

  #fill(kind: string, name: string, number: number): string {
    const pick = (known: readonly string[] | undefined): string | undefined => known?.[number % known.length];
    switch (kind) {
      case 'store':
        return name === 'own' ? this.#own.id : this.#other.id;
      case 'id':
        return pick(this.#idsOf(name, number)) ?? '0123456789abcdef01234567';
      case 'next':
        return pick(this.#cursors.get(name)) ?? '';
      default:
        return hostileJson[number] ?? 'null';
    }
  }

  /** Of messages and deliveries, every other one is a delivery that waits: only with these can much be done. */
  #idsOf(name: string, number: number): readonly string[] | undefined {
    if (name === '*') return [...this.#ids.values()].flat();
    const waiting = name === 'messages' && number % 2 === 1 ? this.#ids.get(WAITING) : undefined;
    const gone = number % 7 === 6 ? this.#ids.get(REMOVED) : undefined;
    return waiting ?? gone ?? this.#ids.get(name);
  }

  #token(kind: TokenKind): Readonly<Record<string, string>> {
    switch (kind) {
      case 'own':
        return { 'x-augury-token': this.#own.token };
      case 'bearer':
        return { authorization: `Bearer ${this.#own.token}` };
      case 'other':
        return { 'x-augury-token': this.#other.token };
      case 'admin':
        return { 'x-augury-token': this.#adminToken };
      case 'wrong':
        return { 'x-augury-token': 'crossdock_dev_guess' };
      case 'none':
        return {};
    }
  }
}

const REMOVED = 'removed';
/** The queue of deliveries that wait. */
const WAITING = 'accepted';
const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);

/** In a list, or as somebody's child. */
function waits(item: { readonly queue_name?: unknown; readonly location?: unknown }): boolean {
  return item.queue_name === WAITING || item.location === WAITING;
}

/** The newest come first, so that small numbers, to which requests shrink, mean what was made last. */
function keep(list: string[], text: string, most: number): void {
  if (list.includes(text)) return;
  list.unshift(text);
  if (list.length > most) list.pop();
}
