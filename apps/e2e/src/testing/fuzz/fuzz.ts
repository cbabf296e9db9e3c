import fc from 'fast-check';
import { operationsOf, type ApiDocument } from './api-document.ts';
import { codeOf, fieldOf, Judge, parse, type Complaint } from './judge.ts';
import { openingsOf } from './openings.ts';
import { openersAmong, readersAmong, requestsTo, type FuzzRequest } from './requests.ts';
import { curlOf, Sender } from './send.ts';
import { Values } from './values.ts';
import { World, type KnownStore } from './world.ts';

export interface FuzzTarget {
  readonly url: string;
  readonly adminToken: string;
  /** URLs that the hub may be told to call. */
  readonly endpoints: readonly string[];
}

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** Told after every request. */
  readonly onProgress?: (sent: number, findings: number) => void;
}

export interface Finding {
  readonly operation: string;
  readonly complaint: Complaint;
  /** The smallest request that was found to do it. */
  readonly curl: string;
  readonly shrinks: number;
}

export interface FuzzReport {
  readonly seed: number;
  readonly sent: number;
  readonly seconds: number;
  /** By operation, then by status. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Requests meant to succeed, and those of them that did. */
  readonly meant: { readonly valid: number; readonly succeeded: number };
  /** By operation, then by code and field: requests meant to succeed that were refused. Much of one means that the schema allows too much. */
  readonly refused: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly findings: readonly Finding[];
}

const LANES = 8;
/** A store gets so many requests; then others are made, so that lists stay short. */
const ROUND = 400;
/** Before that, so many generated ones that make things, and so many that read lists, so that ids are known. */
const OPENERS = 12;
const READERS = 12;
const MOST_FINDINGS = 20;
const SHRINK_MS = 20_000;

/** Sends generated requests and holds the answers against the hub's own OpenAPI document. */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const run = await FuzzRun.begin(target, options);
  return await run.finish();
}

class FuzzRun {
  readonly #target: FuzzTarget;
  readonly #options: FuzzOptions;
  readonly #sender: Sender;
  readonly #judge: Judge;
  readonly #requests: fc.Arbitrary<FuzzRequest>;
  readonly #openings: readonly FuzzRequest[];
  readonly #answers = new Map<string, Map<number, number>>();
  readonly #findings: Finding[] = [];
  /** What was found already is not found again. */
  readonly #known = new Set<string>();
  readonly #refused = new Map<string, Map<string, number>>();
  readonly #meant = { valid: 0, succeeded: 0 };
  #sent = 0;

  private constructor(target: FuzzTarget, options: FuzzOptions, sender: Sender, document: ApiDocument) {
    const operations = operationsOf(document);
    this.#target = target;
    this.#options = options;
    this.#sender = sender;
    this.#judge = new Judge(document, operations);
    const values = new Values({ schemas: document.components.schemas, urls: target.endpoints });
    this.#requests = requestsTo(operations, values);
    const { seed } = options;
    this.#openings = [
      ...openingsOf([...new Set(target.endpoints)]),
      ...fc.sample(openersAmong(operations, values), { seed, numRuns: OPENERS }),
      ...fc.sample(readersAmong(operations, values), { seed, numRuns: READERS }),
    ];
    for (const { id } of operations) this.#answers.set(id, new Map());
  }

  static async begin(target: FuzzTarget, options: FuzzOptions): Promise<FuzzRun> {
    const sender = new Sender(target.url, LANES);
    const answer = await sender.send({ ...plain, path: '/api/openapi.json' });
    if (answer.status !== 200) throw new Error(`${target.url}/api/openapi.json was answered ${answer.status}.`);
    return new FuzzRun(target, options, sender, JSON.parse(answer.text) as ApiDocument);
  }

  async finish(): Promise<FuzzReport> {
    const began = performance.now();
    let next = 0;
    const rounds = Math.ceil(this.#options.requests / ROUND);
    const lane = async (): Promise<void> => {
      while (next < rounds && this.#findings.length < MOST_FINDINGS) {
        const round = next;
        next += 1;
        await this.#round(this.#options.seed + round, Math.min(ROUND, this.#options.requests - round * ROUND));
      }
    };
    try {
      await Promise.all(Array.from({ length: LANES }, lane));
    } finally {
      this.#sender.close();
    }
    return {
      seed: this.#options.seed,
      sent: this.#sent,
      seconds: (performance.now() - began) / 1_000,
      answers: this.#answers,
      meant: this.#meant,
      refused: this.#refused,
      findings: this.#findings,
    };
  }

  /** Requests to stores of their own; after a finding, those that are left. */
  async #round(seed: number, requests: number): Promise<void> {
    const world = new World({ own: await this.#newStore(), other: await this.#newStore(), adminToken: this.#target.adminToken });
    for (const opening of this.#openings) await this.#open(world, opening);
    for (let left = requests, attempt = 0; left > 0 && this.#findings.length < MOST_FINDINGS; attempt += 1) {
      const before = this.#sent;
      await this.#check(world, seed + attempt * 1_000_003, left);
      left -= Math.max(1, this.#sent - before);
    }
  }

  async #check(world: World, seed: number, numRuns: number): Promise<void> {
    let smallest: { readonly request: FuzzRequest; readonly complaint: Complaint } | undefined;
    const property = fc.asyncProperty(this.#requests, async (generated) => {
      const request = world.complete(generated);
      const complaint = await this.#ask(world, request);
      if (complaint === undefined || this.#known.has(keyOf(request, complaint))) return true;
      // While it shrinks, another complaint is another finding, for another time.
      if (smallest !== undefined && keyOf(smallest.request, smallest.complaint) !== keyOf(request, complaint)) return true;
      smallest = { request, complaint };
      return false;
    });
    const details = await fc.check(property, {
      seed,
      numRuns,
      interruptAfterTimeLimit: SHRINK_MS + numRuns * 1_000,
      markInterruptAsFailure: false,
    });
    if (smallest !== undefined) this.#find(smallest.request, smallest.complaint, details.numShrinks);
  }

  async #ask(world: World, request: FuzzRequest): Promise<Complaint | undefined> {
    this.#sent += 1;
    this.#options.onProgress?.(this.#sent, this.#findings.length);
    let answer;
    try {
      answer = await this.#sender.send(request);
    } catch (error) {
      return { kind: 'no answer', detail: String(error) };
    }
    count(this.#answers, request.operation, answer.status);
    const succeeded = answer.status < 400;
    const value = parse(answer.text);
    if (request.intent === 'valid') {
      this.#meant.valid += 1;
      if (succeeded) this.#meant.succeeded += 1;
      else count(this.#refused, request.operation, `${codeOf(value) ?? answer.status}${fieldOf(value)}`);
    }
    if (succeeded && request.token !== 'other') {
      const { etag } = answer.headers;
      if (request.method === 'DELETE') world.forget(request.path);
      world.learn(request.operation, request.path, value, etag);
    }
    return this.#judge.complaint(request, answer);
  }

  /** Requests that are the same for every store are judged as all others; there is nothing to shrink. */
  async #open(world: World, generated: FuzzRequest): Promise<void> {
    const request = world.complete(generated);
    const complaint = await this.#ask(world, request);
    if (complaint !== undefined) this.#find(request, complaint, 0);
  }

  /** Of lanes that found the same, the first one tells. */
  #find(request: FuzzRequest, complaint: Complaint, shrinks: number): void {
    if (this.#known.has(keyOf(request, complaint))) return;
    this.#known.add(keyOf(request, complaint));
    const operation = request.operation === '' ? 'without a route' : request.operation;
    this.#findings.push({ operation, complaint, curl: curlOf(this.#target.url, request), shrinks });
  }

  async #newStore(): Promise<KnownStore> {
    const headers = { 'content-type': 'application/json', 'x-augury-token': this.#target.adminToken };
    const answer = await this.#sender.send({ ...plain, method: 'POST', path: '/api/stores', headers, body: '{"name":"Fuzzed"}' });
    if (answer.status !== 201) throw new Error(`A store could not be made: ${answer.status} ${answer.text.slice(0, 300)}`);
    return JSON.parse(answer.text) as KnownStore;
  }
}

const plain: FuzzRequest = {
  operation: '',
  intent: 'valid',
  method: 'GET',
  path: '/',
  query: [],
  token: 'none',
  headers: {},
  body: undefined,
};

function count<Key>(counts: Map<string, Map<Key, number>>, name: string, key: Key): void {
  const own = counts.get(name) ?? new Map<Key, number>();
  counts.set(name, own.set(key, (own.get(key) ?? 0) + 1));
}

const keyOf = ({ operation }: FuzzRequest, { kind }: Complaint): string => `${operation} ${kind}`;
