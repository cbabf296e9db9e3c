import { readFileSync } from 'node:fs';

/** A message as somebody would push it. */
export interface Sample {
  readonly name: string;
  /** The body's `message`. */
  readonly type: string;
  /** The push's exact JSON text. */
  readonly body: string;
  /** The guide of the original hub that prints it, or `ours`. */
  readonly from: string;
}

/** What a service answers to a delivery. */
export interface SampleAnswer {
  readonly name: string;
  /** The HTTP status it comes with. */
  readonly status: number;
  readonly body: string;
  readonly from: string;
}

/** What is printed somewhere as a body to push, but is not JSON. */
export interface BrokenSample {
  readonly name: string;
  readonly body: string;
  readonly from: string;
}

interface Listed {
  readonly name: string;
  readonly from: string;
}
interface ListedAnswer extends Listed {
  readonly status: number;
}
interface Manifest {
  readonly samples: readonly Listed[];
  readonly answers: readonly ListedAnswer[];
  readonly replies: readonly ListedAnswer[];
  readonly broken: readonly Listed[];
}

// The same folder from `src/samples` and from `dist/samples`: the compiler copies no JSON, so the files stay where they are.
const folder = new URL('../../samples/', import.meta.url);

const textOf = (path: string): string => readFileSync(new URL(path, folder), 'utf8').trimEnd();

function once<T>(read: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => (kept ??= { value: read() }).value;
}

const manifest = once((): Manifest => {
  const listed: unknown = JSON.parse(textOf('manifest.json'));
  return listed as Manifest;
});

/** Every sample message, in the order of the guides, ours last. Read from disk once. */
export const samples: () => readonly Sample[] = once(() =>
  manifest().samples.map(({ name, from }) => {
    const body = textOf(`fixtures/${name}.json`);
    return { name, type: typeOf(body), body, from };
  }),
);

/** Every sample answer of a service to a delivery. Read from disk once. */
export const sampleAnswers: () => readonly SampleAnswer[] = once(() => answersIn('answers', manifest().answers));

/** What the guides print as the hub's own replies to a request. Read from disk once. */
export const sampleReplies: () => readonly SampleAnswer[] = once(() => answersIn('replies', manifest().replies));

/** The bodies that a guide prints and that are not JSON: a hub must refuse them. Read from disk once. */
export const brokenSamples: () => readonly BrokenSample[] = once(() =>
  manifest().broken.map(({ name, from }) => ({ name, body: textOf(`broken/${name}.txt`), from })),
);

const answersIn = (place: string, listed: readonly ListedAnswer[]): readonly SampleAnswer[] =>
  listed.map(({ name, from, status }) => ({ name, status, body: textOf(`${place}/${name}.json`), from }));

function typeOf(body: string): string {
  const parsed: unknown = JSON.parse(body);
  return (parsed as { readonly message: string }).message;
}
