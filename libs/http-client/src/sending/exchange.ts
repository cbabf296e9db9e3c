import type { IncomingHttpHeaders } from 'node:http';
import { unreachable, type SendRequest, type SendResult } from '@crossdock/core';
import type { Dispatcher } from 'undici';
import { classifyError, type Failure } from './failure.ts';

type Phase = 'connecting' | 'waiting' | 'reading';

/** `setTimeout` fires at once beyond this. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const EMPTY = new Uint8Array(0);
const ABORTED: Failure = { failure: 'aborted', detail: 'The request was aborted.' };

/** One request and its answer: collects what arrives and ends exactly once, with a value. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxAnswerBytes: number;
  readonly #timeoutMs: number;
  readonly #startedAt: number;
  readonly #ended: (result: SendResult) => void;
  readonly #signal: AbortSignal | undefined;
  // One timer over everything. Node keeps timers of equal length in one list, so this costs less than a microsecond.
  readonly #timer: NodeJS.Timeout;
  #phase: Phase = 'connecting';
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status: number | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(request: SendRequest, startedAt: number, signal: AbortSignal | undefined, ended: (result: SendResult) => void) {
    this.#maxAnswerBytes = request.maxAnswerBytes;
    this.#timeoutMs = request.timeoutMs;
    this.#startedAt = startedAt;
    this.#ended = ended;
    this.#signal = signal;
    this.#timer = setTimeout(onTimeout, Math.min(request.timeoutMs, MAX_TIMER_MS), this);
    signal?.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('ended before it was sent'));
    this.#phase = 'waiting';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#phase = 'reading';
    this.#status = status;
    this.#headers = joinedHeaders(headers);
    if (Number(headers['content-length'] ?? 0) > this.#maxAnswerBytes) this.#tooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#maxAnswerBytes) this.#tooLarge();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled || this.#status === undefined) return;
    const [first] = this.#chunks;
    const body = first === undefined ? EMPTY : this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, body, durationMs: this.#elapsed() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(classifyError(error));
  }

  timedOut(): void {
    this.#abandon({ failure: 'timeout', detail: `Timed out after ${this.#timeoutMs} ms, ${describePhase(this.#phase)}.` });
  }

  readonly #onAbort = (): void => this.#abandon(ABORTED);

  #tooLarge(): void {
    this.#abandon({ failure: 'too_large', detail: `The answer's body is larger than ${this.#maxAnswerBytes} bytes.` });
  }

  /** Ends the exchange from our side; the connection goes with it. */
  #abandon(failure: Failure): void {
    if (this.#settled) return;
    this.#fail(failure);
    this.#controller?.abort(new Error(failure.detail));
  }

  #fail(failure: Failure): void {
    const durationMs = this.#elapsed();
    this.#settle({ kind: 'failed', ...failure, durationMs, ...(this.#status === undefined ? {} : { status: this.#status }) });
  }

  #settle(result: SendResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#chunks = [];
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
