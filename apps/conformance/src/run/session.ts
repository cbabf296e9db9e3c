import { setTimeout as pause } from 'node:timers/promises';
import type { Case, Chapter, Need, Request, RequestBody, Sender, Step } from '../suite/case.ts';
import { fill, type Known } from '../suite/fill.ts';
import { mismatches } from '../suite/mismatches.ts';
import { exchange, type Came } from './exchange.ts';

/** Where the hub is, and who speaks to it. */
export interface Party {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly tokens: Readonly<Partial<Record<Sender, string>>>;
  /** What every step may name: `store`, `other`, `suffix`, `endpoint` and the like. Within a case also `case`, its number. */
  readonly known: Known;
  /** Why what a case needs is not there. */
  readonly lacks: Readonly<Partial<Record<Need, string>>>;
}

/** In ms. */
export interface Patience {
  /** For one answer. */
  readonly answer: number;
  /** Until what is expected eventually has come about. */
  readonly eventually: number;
  /** For everything. */
  readonly total: number;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'not offered'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly request: string; readonly problems: readonly string[] };

type Failure = Extract<Outcome, { readonly kind: 'failed' }>;

/** A case or a beginning that is under way: what it knows, and what it has to take back. */
interface Scope {
  readonly known: Map<string, unknown>;
  readonly undo: Request[];
}

/** Goes through chapters, one request after the other. */
export class Session {
  readonly #party: Party;
  readonly #patience: Patience;
  readonly #end: number;
  #cases = 0;
  /** What could not be taken back, a line each. */
  readonly left: string[] = [];

  constructor(party: Party, patience: Patience) {
    this.#party = party;
    this.#patience = patience;
    this.#end = performance.now() + patience.total;
  }

  /** Makes the chapter's beginning. Its cases are then run with what it answers, which has to be closed at the end. */
  async begin(chapter: Chapter): Promise<OpenChapter> {
    const scope: Scope = { known: new Map(this.#party.known), undo: [] };
    const lacking = this.#lackingOf(chapter.needs);
    const failure = lacking === undefined ? await this.#take(chapter.given ?? [], scope) : undefined;
    return {
      run: async (one) => {
        const reason = one.elsewhere ?? lacking ?? this.#lackingOf(one.needs);
        if (reason !== undefined) return { kind: 'skipped', reason };
        if (failure !== undefined) return { ...failure, problems: [`The chapter could not begin. ${failure.problems.join('; ')}`] };
        return await this.#run(one, scope.known);
      },
      close: async () => await this.#undo(scope.undo),
    };
  }

  #lackingOf(needs: readonly Need[] = []): string | undefined {
    return needs.map((need) => this.#party.lacks[need]).find((reason) => reason !== undefined);
  }

  async #run(one: Case, known: Known): Promise<Outcome> {
    this.#cases += 1;
    const scope: Scope = { known: new Map([...known, ['case', String(this.#cases)]]), undo: [] };
    const failure = await this.#take(one.steps, scope);
    await this.#undo(scope.undo);
    if (failure !== undefined) return failure;
    return one.notOffered === undefined ? { kind: 'passed' } : { kind: 'not offered', reason: one.notOffered };
  }

  async #take(steps: readonly Step[], scope: Scope): Promise<Failure | undefined> {
    for (const step of steps) {
      const problems = await this.#step(step, scope);
      if (problems.length > 0)
        return { kind: 'failed', request: `${step.request.method} ${fillText(step.request.path, scope.known)}`, problems };
    }
    return undefined;
  }

  async #step(step: Step, scope: Scope): Promise<readonly string[]> {
    const request = fill(step.request, scope.known);
    const end = Math.min(this.#end, performance.now() + (step.eventually === true ? this.#patience.eventually : 0));
    for (let wait = 25; ; wait = Math.min(wait * 2, 400)) {
      const came = await this.#sendInTime(request);
      const problems = typeof came === 'string' ? [came] : this.#judge(step, came, scope);
      if (problems.length > 0 && performance.now() + wait < end) {
        await pause(wait);
        continue;
      }
      // What is made has to be removed, whether it is as expected or not.
      if (step.undo !== undefined && typeof came !== 'string' && came.status >= 200 && came.status < 300)
        scope.undo.push(fill(step.undo, scope.known));
      return problems;
    }
  }

  #judge(step: Step, came: Came, scope: Scope): readonly string[] {
    const body = parsed(came.text);
    const missing: string[] = [];
    for (const [name, pointer] of Object.entries(fill(step.capture ?? {}, scope.known))) {
      const header = /^header:(.+)$/.exec(pointer)?.[1];
      const found = header === undefined ? at(pointer, body) : came.headers[header];
      scope.known.set(name, found);
      if (found === undefined && came.status < 300) missing.push(`body: expected something at ${pointer}`);
    }
    const { status, headers = {}, body: expected, text } = fill(step.answer, scope.known);
    const statuses = typeof status === 'number' ? [status] : status;
    if (!statuses.includes(came.status)) return [`expected status ${statuses.join(' or ')}, came ${came.status} ${excerpt(came.text)}`];
    const about = [
      ...missing,
      ...Object.entries(headers).flatMap(([name, value]) => mismatches(value, came.headers[name], `header ${name}`)),
      ...(expected === undefined ? [] : mismatches(expected, body, 'body')),
    ];
    return text === undefined || text === came.text ? about : [...about, `body: expected ${excerpt(text)}, came ${excerpt(came.text)}`];
  }

  async #sendInTime(request: Request): Promise<Came | string> {
    const left = this.#end - performance.now();
    return left > 0 ? await this.#send(request, Math.min(Math.ceil(left), this.#patience.answer)) : 'the time for the whole run is over';
  }

  /** The answer, or why there is none. */
  async #send(request: Request, timeoutMs: number): Promise<Came | string> {
    const { from = 'store' } = request;
    const token = this.#party.tokens[from];
    const all = {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(from === 'nobody' || token === undefined ? {} : { 'x-augury-token': token }),
      ...request.headers,
    };
    try {
      return await exchange({
        method: request.method,
        url: this.#party.url + request.path,
        headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
        body: request.body === undefined ? undefined : bytesOf(request.body),
        timeoutMs,
      });
    } catch (error) {
      return `no answer: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #undo(requests: readonly Request[]): Promise<void> {
    for (const request of requests.toReversed()) {
      const came = await this.#send(request, this.#patience.answer);
      // What is gone already need not be removed; what is completed meanwhile need not be archived.
      const well = typeof came !== 'string' && (came.status < 400 || came.status === 404 || came.status === 409);
      if (!well)
        this.left.push(`${request.method} ${request.path}: ${typeof came === 'string' ? came : `${came.status} ${excerpt(came.text)}`}`);
    }
  }
}

/** A chapter that has begun. */
export interface OpenChapter {
  run(one: Case): Promise<Outcome>;
  /** Takes back what its beginning made. */
  close(): Promise<void>;
}

const fillText = (text: string, known: Known): string => {
  try {
    return fill(text, known);
  } catch {
    return text;
  }
};

function bytesOf(body: RequestBody): Uint8Array {
  if ('json' in body) return Buffer.from(JSON.stringify(body.json));
  if ('text' in body) return Buffer.from(body.text);
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : Buffer.alloc(Number(body.filler), ' ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a JSON Pointer leads to; `[name=x]` is the element whose `name` is x. */
function at(pointer: string, value: unknown): unknown {
  let found = value;
  for (const name of pointer.split('/').slice(1)) {
    const [, member, wanted] = /^\[(\w+)=(.*)\]$/.exec(name) ?? [];
    found = member === undefined ? memberOf(found, name) : elements(found).find((one) => memberOf(one, member) === wanted);
  }
  return found;
}

const memberOf = (value: unknown, name: string): unknown => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
const elements = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
