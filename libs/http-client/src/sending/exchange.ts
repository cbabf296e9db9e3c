import type { IncomingHttpHeaders } from 'node:http';
import { unreachable, type SendRequest, type SendResult, type StopSignal } from '@crossdock/core';
import type { Dispatcher } from 'undici';
import type { Borrower, Connection, Connections } from './connections.ts';
import { classifyError, type Failure } from './failure.ts';
import { bodyAndHeaders } from './request-body.ts';

/** Where a request goes, read and checked. */
export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

type Phase = 'connecting' | 'waiting' | 'reading';

/** `setTimeout` fires at once beyond this. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const EMPTY = new Uint8Array(0);
const ABORTED: Failure = { failure: 'aborted', detail: 'The request was aborted.' };
const STOPPING: Failure = { failure: 'aborted', detail: 'The request was ended because the service is stopping.' };

/** What is to be sent. `startedAt` as of `performance.now()`. */
export interface Order {
  readonly target: Target;
  readonly request: SendRequest;
  readonly startedAt: number;
  readonly signal: StopSignal | undefined;
}

type Ended = (result: SendResult) => void;

/** One request and its answer: borrows a connection, collects what arrives and ends exactly once, with a value. */
export class Exchange implements Borrower, Dispatcher.DispatchHandler {
  readonly #connections: Connections;
  readonly #target: Target;
  readonly #request: SendRequest;
  readonly #startedAt: number;
  readonly #signal: StopSignal | undefined;
  readonly #ended: Ended;
  // One timer over everything. Node keeps timers of equal length in one list, so this costs less than a microsecond.
  readonly #timer: NodeJS.Timeout;
  #phase: Phase = 'connecting';
  #settled = false;
  #connection: Connection | undefined;
  #status: number | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(connections: Connections, { target, request, startedAt, signal }: Order, ended: Ended) {
    this.#connections = connections;
    this.#target = target;
    this.#request = request;
    this.#startedAt = startedAt;
    this.#signal = signal;
    this.#ended = ended;
    this.#timer = setTimeout(onTimeout, Math.min(request.timeoutMs, MAX_TIMER_MS), this);
    signal?.addEventListener('abort', this.#onAbort);
    connections.lend(target.origin, this);
  }

  begin(connection: Connection): void {
    if (this.#settled) {
      this.#connections.giveBack(connection, true);
      return;
    }
    this.#connection = connection;
    connection.client.dispatch({ path: this.#target.path, method: this.#request.method, ...bodyAndHeaders(this.#request) }, this);
  }

  cancel(): void {
    this.#fail(STOPPING);
  }

  onRequestStart(): void {
    this.#phase = 'waiting';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#phase = 'reading';
    this.#status = status;
    this.#headers = joinedHeaders(headers);
    if (Number(headers['content-length'] ?? 0) > this.#request.maxAnswerBytes) this.#tooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#request.maxAnswerBytes) this.#tooLarge();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled || this.#status === undefined) return;
    const [first] = this.#chunks;
    const body = first === undefined ? EMPTY : this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, body, durationMs: this.#elapsed() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(classifyError(error, this.#phase === 'reading'));
  }

  timedOut(): void {
    this.#fail({ failure: 'timeout', detail: `Timed out after ${this.#request.timeoutMs} ms, ${describePhase(this.#phase)}.` });
  }

  readonly #onAbort = (): void => this.#fail(ABORTED);

  #tooLarge(): void {
    this.#fail({ failure: 'too_large', detail: `The answer's body is larger than ${this.#request.maxAnswerBytes} bytes.` });
  }

  /** The connection ends with it: who knows what else would arrive there. */
  #fail(failure: Failure): void {
    const durationMs = this.#elapsed();
    this.#settle({ kind: 'failed', ...failure, durationMs, ...(this.#status === undefined ? {} : { status: this.#status }) });
  }

  #settle(result: SendResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#connection === undefined) this.#connections.withdraw(this.#target.origin, this);
    else this.#connections.giveBack(this.#connection, result.kind === 'answered');
    this.#ended(result);
  }

  #elapsed(): number {
    return performance.now() - this.#startedAt;
  }
}

function onTimeout(exchange: Exchange): void {
  exchange.timedOut();
}

function describePhase(phase: Phase): string {
  switch (phase) {
    case 'connecting':
      return 'before a connection was ready';
    case 'waiting':
      return 'waiting for the answer to begin';
    case 'reading':
      return 'before the answer was complete';
    default:
      return unreachable(phase);
  }
}

/** Names come in lower case; the other side chooses them, hence no prototype to collide with. */
function joinedHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const joined = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return joined;
}
