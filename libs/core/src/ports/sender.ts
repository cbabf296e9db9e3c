/** One outgoing HTTP request. `body` parts are sent one after another, byte for byte. */
export interface SendRequest {
  readonly url: string;
  readonly method: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  /** Whole exchange, milliseconds: name lookup, connect, headers, body. */
  readonly timeoutMs: number;
  /** The answer's body beyond this many bytes is a `too_large` failure. */
  readonly maxAnswerBytes: number;
}

export type SendFailureClass =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'dns'
  | 'tls'
  | 'blocked'
  | 'too_large'
  | 'invalid_url'
  | 'aborted'
  | 'network';

export type SendResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly failure: SendFailureClass;
      readonly detail: string;
      readonly durationMs: number;
      /** Known when the headers had arrived. */
      readonly status?: number;
    };

/** What `AbortSignal` offers; the core knows no platform. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Makes outgoing requests. Never throws for anything the other side does; redirects are answers (status 3xx), never followed. */
export interface Sender {
  send(request: SendRequest, signal?: StopSignal): Promise<SendResult>;
  /** Ends idle and running connections; running sends end as `aborted`. */
  close(): Promise<void>;
}
