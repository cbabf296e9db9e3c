import { boundedText, type Getter, type GetResult, type Sender, type SendResult } from '@crossdock/core';

export interface HttpGetterOptions {
  /** Decides where requests may go, at every hop: one with a guard. */
  readonly sender: Sender;
  /** Redirects that are followed, within the origin. Default 3. */
  readonly maxRedirects?: number;
  /** Of an answer's body; what is longer is cut off while it arrives. Default 1 MiB. */
  readonly maxBytes?: number;
}

/** No credentials, and nothing to unpack: what arrives is no larger than it was counted. */
const HEADERS: Readonly<Record<string, string>> = { accept: 'application/json', 'accept-encoding': 'identity' };
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_LOCATION = 200;

/** Gets over a sender, which neither follows redirects nor repeats requests. */
export function createHttpGetter({ sender, maxRedirects = 3, maxBytes = 1_048_576 }: HttpGetterOptions): Getter {
  return {
    async get(address: string, timeoutMs: number): Promise<GetResult> {
      const endsAt = performance.now() + timeoutMs;
      let url = address;
      for (let followed = 0; ; followed += 1) {
        const left = followed === 0 ? timeoutMs : Math.max(1, endsAt - performance.now());
        const sent = await sender.send({ url, method: 'GET', headers: HEADERS, body: [], timeoutMs: left, maxAnswerBytes: maxBytes });
        if (sent.kind === 'failed' && sent.failure === 'timeout' && followed > 0) {
          return { kind: 'failed', failure: 'timeout', detail: `Timed out after ${timeoutMs} ms, redirects included.`, url };
        }
        if (sent.kind === 'failed' || !REDIRECTS.has(sent.status)) return withUrl(sent, url);
        const next = whereTo(sent.headers['location'], url);
        if (next.because === undefined && followed < maxRedirects) url = next.url;
        else return { kind: 'redirected', status: sent.status, because: next.because ?? 'too_many', location: next.shown, url };
      }
    },
  };
}

type Hop =
  | { readonly because: undefined; readonly url: string; readonly shown: string }
  | { readonly because: 'other_origin' | 'unreadable'; readonly shown: string };

/** A secret in a redirect's query is not for whoever reads the result. */
function whereTo(location: string | undefined, from: string): Hop {
  if (location === undefined || !URL.canParse(location, from)) {
    return { because: 'unreadable', shown: boundedText((location ?? '').replace(/[?#].*$/s, ''), MAX_LOCATION) };
  }
  const to = new URL(location, from);
  const web = to.protocol === 'http:' || to.protocol === 'https:';
  const shown = boundedText(web ? `${to.origin}${to.pathname}` : to.protocol, MAX_LOCATION);
  return to.origin === new URL(from).origin ? { because: undefined, url: to.href, shown } : { because: 'other_origin', shown };
}

function withUrl(sent: SendResult, url: string): GetResult {
  const { durationMs: _durationMs, ...result } = sent;
  return { ...result, url };
}
