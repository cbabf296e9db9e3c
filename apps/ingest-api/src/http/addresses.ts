import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorAnswer } from './error-answer.ts';
import { HttpError } from './http-error.ts';
import { errorFormOf, type ErrorForm } from './own-route.ts';

interface Address {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
  readonly form: ErrorForm;
}

/** What the server's routes say of paths that none of them takes. */
export class Addresses {
  readonly #known = new Map<string, Address>();

  add(url: string, methods: readonly string[], form: ErrorForm): void {
    const key = `${form} ${url}`;
    const address = this.#known.get(key) ?? { segments: segmentsOf(url), methods: new Set(), form };
    for (const method of methods) address.methods.add(method);
    this.#known.set(key, address);
  }

  /** The methods that the path's routes take, and the form of their errors; undefined where there are none. */
  at(path: string): { readonly methods: readonly string[]; readonly form: ErrorForm } | undefined {
    const segments = segmentsOf(path);
    const here = this.#all().filter(
      (address) => address.segments.length === segments.length && inCommon(address, segments) === segments.length,
    );
    if (here.length === 0) return undefined;
    const methods = new Set(here.flatMap((address) => [...address.methods]));
    return { methods: [...methods].sort(), form: here.every(({ form }) => form === 'problem') ? 'problem' : 'original' };
  }

  /** The form of the routes that begin as the path does, the original's where both do; problem details where none does. */
  formLike(path: string): ErrorForm {
    const segments = segmentsOf(path);
    const alike = this.#all().map((address) => ({ form: address.form, common: inCommon(address, segments) }));
    const most = Math.max(0, ...alike.map(({ common }) => common));
    return most > 0 && alike.some(({ form, common }) => form === 'original' && common === most) ? 'original' : 'problem';
  }

  #all(): readonly Address[] {
    return [...this.#known.values()];
  }
}

const segmentsOf = (path: string): readonly string[] => path.split('/').filter((segment) => segment !== '');

/** How many segments the path has in common with the route's, from the first on. */
function inCommon({ segments }: Address, path: readonly string[]): number {
  const differs = path.findIndex((segment, index) => !isLike(segments[index], segment));
  return differs === -1 ? path.length : differs;
}

function isLike(pattern: string | undefined, segment: string): boolean {
  return pattern !== undefined && (pattern.startsWith(':') || pattern === segment);
}

/** Answers requests that no route takes: 405 with `Allow` where the path has routes of other methods, else 404. */
export function answerWithoutRoute(server: FastifyInstance): Addresses {
  const addresses = new Addresses();
  server.addHook('onRoute', ({ url, method, config }) => {
    addresses.add(url, [method].flat(), errorFormOf(config));
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const [allow, { status, headers, body }] = withoutRoute(addresses, request);
    void reply
      .status(status)
      .headers({ ...allow, ...headers })
      .send(body);
  });
  return addresses;
}

function withoutRoute(addresses: Addresses, { url, method }: FastifyRequest) {
  const path = url.split('?', 1)[0] ?? '';
  const there = addresses.at(path);
  if (there === undefined) {
    const error = new HttpError('route_not_found', { detail: `There is no route ${method} ${shortened(path)}.` });
    return [{}, errorAnswer(error, addresses.formLike(path), url)] as const;
  }
  const allowed = there.methods.join(', ');
  const error = new HttpError('method_not_allowed', { detail: `${method} is not among ${allowed}.` });
  return [{ allow: allowed }, errorAnswer(error, there.form, url)] as const;
}

const shortened = (path: string): string => (path.length > 120 ? `${path.slice(0, 120)}…` : path);
