import { encodeUtf8 } from '../json/utf8.ts';
import type { SendFailureClass, SendRequest, SendResult, Sender, StopSignal } from '../ports/sender.ts';

/** What an endpoint does with the n-th request, counted from 0. A promise that never resolves is an endpoint that hangs. */
export type Script = (request: SendRequest, n: number) => SendResult | Promise<SendResult>;

/** An answer of this status whose body is the value as JSON, or the text itself. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SendResult {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answered', status, headers, body: encodeUtf8(text), durationMs: 1 };
}

/** An exchange that failed. */
export function sendFailure(failure: SendFailureClass, detail = `${failure} by script`): SendResult {
  return { kind: 'failed', failure, detail, durationMs: 1 };
}

/** Endpoints that do what a script says. What they were sent is kept. */
export class ScriptedSender implements Sender {
  readonly requests: SendRequest[] = [];
  readonly #script: Script;
  readonly #aborts = new Set<() => void>();
  #closed = false;

  constructor(script: Script) {
    this.#script = script;
  }

  async send(request: SendRequest, signal?: StopSignal): Promise<SendResult> {
    if (this.#closed || signal?.aborted === true) return sendFailure('aborted');
    this.requests.push(request);
    let abort = (): void => undefined;
    const aborted = new Promise<SendResult>((resolve) => {
      abort = () => resolve(sendFailure('aborted'));
    });
    this.#aborts.add(abort);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([this.#script(request, this.requests.length - 1), aborted]);
    } finally {
      this.#aborts.delete(abort);
      signal?.removeEventListener('abort', abort);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const abort of this.#aborts) abort();
    return Promise.resolve();
  }
}
