import type { Expected, Template } from './expected.ts';

/** Whose token goes into `X-Augury-Token`; of `nobody`, none. `other` is another store. */
export type Sender = 'store' | 'other' | 'admin' | 'nobody';

/** What a case cannot do without: the administrator's token, or an endpoint that the hub can call. */
export type Need = 'admin' | 'endpoint';

/** An HTTP request, as data. All its texts may hold `<name>`; see fill.ts. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the base URL on, with its query. */
  readonly path: string;
  readonly from?: Sender;
  /** Beside the token; one that is empty is not sent. A body is `application/json` unless said otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
}

/** `json` is written down, `text` sent as it is; `base64` is for bytes that are no text, `filler` for a body of that many bytes. */
export type RequestBody =
  | { readonly json: Template }
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly filler: string };

/** What is to come back. What is not said may be anything. */
export interface Answer {
  readonly status: number | readonly number[];
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, Expected>>;
  /** The body as JSON. */
  readonly body?: Expected;
  /** The body to the letter; what the same answer captures may be used. */
  readonly text?: string;
}

export interface Step {
  readonly request: Request;
  readonly answer: Answer;
  /** Names for parts of the answer, by JSON Pointer into its body, in which `[name=x]` is the element whose `name` is x. `header:etag` is a header. */
  readonly capture?: Readonly<Record<string, string>>;
  /** What is expected may take a while: it is asked for again and again. */
  readonly eventually?: true;
  /** Takes back what the step made, at the end of the case, or of the chapter where the step is its beginning. */
  readonly undo?: Request;
}

/** One thing that the protocol says. */
export interface Case {
  /** A sentence. */
  readonly name: string;
  readonly needs?: readonly Need[];
  /** Why this hub does not have it. The steps then say how it is not there, so that half of it would be noticed. */
  readonly notOffered?: string;
  /** Why no request can show it. There are no steps then. */
  readonly elsewhere?: string;
  readonly steps: readonly Step[];
}

/** What the protocol says of one subject. */
export interface Chapter {
  readonly title: string;
  /** What it is about, for readers. */
  readonly about: string;
  readonly needs?: readonly Need[];
  /** The beginning that all cases share. */
  readonly given?: readonly Step[];
  readonly cases: readonly Case[];
}
