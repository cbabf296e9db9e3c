import type { SendFailureClass, Sender, SendRequest, SendResult, StopSignal } from '@crossdock/core';
import { Client } from 'undici';
import { checkUrl, describeRefusal, type UrlRefusal } from '../guard/check-url.ts';
import type { EgressPolicy } from '../guard/egress-policy.ts';
import { createGuardedLookup, type EgressRefusal } from '../guard/guarded-lookup.ts';
import { resolverFor, type AddressResolver } from '../guard/resolver.ts';
import { Connections } from './connections.ts';
import { Connector } from './connector.ts';
import { Exchange, type Target } from './exchange.ts';
import type { Failure } from './failure.ts';

export interface HttpSenderOptions {
  /** Where requests may go. */
  readonly policy: EgressPolicy;
  /** How names are resolved. Default: `resolverFor(policy)`. */
  readonly resolve?: AddressResolver;
  /** Told when a name resolves to refused addresses only. For the operator's log, not for tenants. */
  readonly onRefused?: (refusal: EgressRefusal) => void;
  readonly limits?: Partial<HttpSenderLimits>;
  /** PEM certificates to trust instead of the machine's. */
  readonly ca?: string;
}

/** Every bound of the sender, with its default in `defaultLimits`. Times in milliseconds. */
export interface HttpSenderLimits {
  /** Connections per origin; more requests wait for one, within their time-out. */
  readonly connectionsPerOrigin: number;
  /** Idle connections that are kept, over all origins. */
  readonly maxIdleConnections: number;
  /** TLS sessions that are remembered, to be resumed by new connections. */
  readonly maxTlsSessions: number;
  readonly lookupTimeoutMs: number;
  /** Name lookup, TCP and TLS. */
  readonly connectTimeoutMs: number;
  /** An idle connection is closed after this, unless the server's Keep-Alive says otherwise. */
  readonly keepAliveMs: number;
  /** The most that the server's Keep-Alive may ask for. */
  readonly maxKeepAliveMs: number;
  readonly maxHeaderBytes: number;
}

export const defaultLimits: HttpSenderLimits = {
  connectionsPerOrigin: 64,
  maxIdleConnections: 2000,
  maxTlsSessions: 2000,
  lookupTimeoutMs: 5_000,
  connectTimeoutMs: 10_000,
  keepAliveMs: 4_000,
  maxKeepAliveMs: 60_000,
  maxHeaderBytes: 16 * 1024,
};

type CheckedTarget = { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly failure: Failure };

const FAILURE_OF: Readonly<Record<UrlRefusal, SendFailureClass>> = {
  not_a_url: 'invalid_url',
  too_long: 'invalid_url',
  scheme_not_http: 'invalid_url',
  has_credentials: 'invalid_url',
  port_not_allowed: 'blocked',
  address_not_allowed: 'blocked',
  name_not_allowed: 'blocked',
};
const MAX_REMEMBERED_TARGETS = 4096;
/** A keep-alive hint is cut by this, so that the connection is not used in the moment in which the server closes it. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
/** Headers that the connection decides. */
const OWN_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);
const CLOSED: Failure = { failure: 'aborted', detail: 'The request was not sent because the service is stopping.' };
const ABORTED: Failure = { failure: 'aborted', detail: 'The request was aborted before it was sent.' };

/** Sends over kept-alive HTTP/1.1 connections to permitted addresses only. Never repeats a request, never follows a redirect. */
export class HttpSender implements Sender {
  readonly #policy: EgressPolicy;
  readonly #connections: Connections;
  readonly #connector: Connector;
  readonly #targets = new Map<string, CheckedTarget>();
  #closed = false;

  constructor(options: HttpSenderOptions) {
    const limits = { ...defaultLimits, ...options.limits };
    this.#policy = options.policy;
    const lookup = createGuardedLookup({
      policy: options.policy,
      resolve: options.resolve ?? resolverFor(options.policy),
      timeoutMs: limits.lookupTimeoutMs,
      ...(options.onRefused === undefined ? {} : { onRefused: options.onRefused }),
    });
    this.#connector = new Connector({ ...limits, policy: options.policy, lookup, maxSessions: limits.maxTlsSessions, ca: options.ca });
    const sizes = { perOrigin: limits.connectionsPerOrigin, maxIdle: limits.maxIdleConnections };
    this.#connections = new Connections(sizes, (origin) => openClient(origin, limits, this.#connector));
  }

  /** Origins with running requests or open connections. */
  get origins(): number {
    return this.#connections.origins;
  }

  send(request: SendRequest, signal?: StopSignal): Promise<SendResult> {
    const startedAt = performance.now();
    if (this.#closed) return failed(CLOSED, startedAt);
    if (signal?.aborted === true) return failed(ABORTED, startedAt);
    const checked = this.#check(request.url);
    if (!checked.ok) return failed(checked.failure, startedAt);
    const own = ownHeaderIn(request.headers);
    if (own !== undefined) return failed({ failure: 'network', detail: `The header '${own}' cannot be set.` }, startedAt);
    return new Promise((resolve) => new Exchange(this.#connections, { target: checked.target, request, startedAt, signal }, resolve));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connections.destroy();
    this.#connector.destroy();
  }

  /** The verdict on a URL; deliveries repeat few URLs often. */
  #check(url: string): CheckedTarget {
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    const checked = checkUrl(url, this.#policy);
    const target: CheckedTarget = checked.ok
      ? { ok: true, target: { origin: checked.url.origin, path: checked.url.pathname + checked.url.search } }
      : { ok: false, failure: { failure: FAILURE_OF[checked.reason], detail: describeRefusal(checked.reason) } };
    if (this.#targets.size >= MAX_REMEMBERED_TARGETS) this.#targets.clear();
    this.#targets.set(url, target);
    return target;
  }
}

/** The sender that every service uses. */
export function createHttpSender(options: HttpSenderOptions): HttpSender {
  return new HttpSender(options);
}

function openClient(origin: string, limits: HttpSenderLimits, connector: Connector): Client {
  return new Client(origin, {
    connect: connector.connect,
    pipelining: 1,
    keepAliveTimeout: limits.keepAliveMs,
    keepAliveMaxTimeout: limits.maxKeepAliveMs,
    keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
    maxHeaderSize: limits.maxHeaderBytes,
    // The exchange's one timer covers both.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function ownHeaderIn(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(headers).find((name) => OWN_HEADERS.has(name.toLowerCase()));
}

function failed(failure: Failure, startedAt: number): Promise<SendResult> {
  return Promise.resolve({ kind: 'failed', ...failure, durationMs: performance.now() - startedAt });
}
