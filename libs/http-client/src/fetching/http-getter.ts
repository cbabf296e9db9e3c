import type { Getter, GetResult, Sender } from '@crossdock/core';

export interface HttpGetterOptions {
  /** Guarded: it decides where requests may go, at every hop. */
  readonly sender: Sender;
  /** Redirects that are followed, within the origin. Default 3. */
  readonly maxRedirects?: number;
  /** Of an answer's body; what is longer is cut off while it arrives. Default 1 MiB. */
  readonly maxBytes?: number;
}

/** Gets over a guarded sender. */
export function createHttpGetter({ sender, maxBytes = 1_048_576 }: HttpGetterOptions): Getter {
  return {
    async get(url: string, timeoutMs: number): Promise<GetResult> {
      const sent = await sender.send({ url, method: 'GET', headers: {}, body: [], timeoutMs, maxAnswerBytes: maxBytes });
      const { durationMs: _, ...result } = sent;
      return { ...result, url };
    },
  };
}
