import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Endpoint, send, status, type Delivered, type Script } from '../endpoint.ts';
import { StoreClient } from '../hub.ts';
import { call, type Answer } from '../http.ts';
import type { System } from '../system.ts';
import type { History, Outcome } from './history.ts';
import { drawOf } from './random.ts';

/** What is pushed: to whom it goes, and how often of a hundred. */
export const kinds = {
  /** One mapping that takes it, one that takes one of five. */
  'chaos:plain': 40,
  /** A service that fails three times of ten. */
  'chaos:flaky': 25,
  /** A service that answers with a message. */
  'chaos:chain': 25,
  /** A payload that is not right: it ends as invalid, and in a notification. */
  'order:new': 5,
  'chaos:unwanted': 5,
} as const;
type Kind = keyof typeof kinds;

/** Pushes of the same group are the same to one mapping. */
export const GROUP = 5;
const IN_FLIGHT = 8;
/** Pushes a second: enough for something to be under way at every moment, and to leave the machine for the rest. */
export const PER_SECOND = 250;
const NOBODY_THERE_MS = 100;
const READ_EVERY_MS = 50;
const PATHS = [
  '',
  '/queues',
  '/queues/accepted',
  '/queues/archived?state=all',
  '/notifications',
  '/mappings',
  '/parameters',
  '/available_messages',
];
const padding = 'x'.repeat(300);

/** A request that arrived: how often, and what it said. */
export interface Arrival {
  times: number;
  readonly digests: Set<string>;
  succeeded: boolean;
}

/** The endpoint that all mappings lead to; it outlives every crash. */
export class Receiver {
  readonly arrivals = new Map<string, Arrival>();
  readonly endpoint: Endpoint;
  requests = 0;

  private constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  static async start(): Promise<Receiver> {
    return new Receiver(await Endpoint.start());
  }

  /** Mappings for all kinds. */
  async map(store: StoreClient): Promise<void> {
    const options = { max_attempts: MAX_ATTEMPTS, timeout: 5, backoff: { base_ms: 100, factor: 1.5, cap_ms: 500 } };
    const url = (script: Script): string => this.endpoint.service(this.#noting(script)).url;
    await store.map('chaos.audit', ['chaos:plain', 'chaos:flaky', 'chaos:chain', 'chaos:child'], url(succeed()), { options });
    await store.map('chaos.once', ['chaos:plain'], url(succeed()), { options, identifiers: { group: 'payload.group' } });
    await store.map('chaos.flaky', ['chaos:flaky'], url(this.#flaky), { options });
    await store.map('chaos.chain', ['chaos:chain'], url(answerWithChild), { options });
  }

  readonly #flaky: Script = (delivered, response) => {
    const { message_id: id } = delivered.json;
    const script = fails(id, this.arrivals.get(id)?.times ?? 0) ? status(500, { error: 'Not now.' }) : succeed();
    return script(delivered, response);
  };

  #noting(script: Script): Script {
    return (delivered, response) => {
      const id = delivered.json.message_id;
      const arrival = this.arrivals.get(id) ?? { times: 0, digests: new Set<string>(), succeeded: false };
      arrival.times += 1;
      this.requests += 1;
      arrival.digests.add(createHash('sha256').update(delivered.body).update(String(delivered.headers['webhook-id'])).digest('hex'));
      this.arrivals.set(id, arrival);
      response.on('finish', () => {
        if (response.statusCode === 200) arrival.succeeded = true;
      });
      return script(delivered, response);
    };
  }
}

const MAX_ATTEMPTS = 6;
const FAILING = 0.3;
const fails = (delivery: string, time: number): boolean => drawOf(`${delivery} ${time}`) < FAILING;

/** How often a delivery of this name has to be sent: not more often, where nobody was killed. */
export function timesToSend(name: string, delivery: string): number {
  if (name !== 'chaos.flaky') return 1;
  let times = 1;
  while (times < MAX_ATTEMPTS && fails(delivery, times)) times += 1;
  return times;
}

const succeed =
  (members: Readonly<Record<string, unknown>> = {}): Script =>
  ({ json }, response) =>
    send(response, 200, JSON.stringify({ message_id: json.message_id, ...members }));

function answerWithChild(delivered: Delivered, response: Parameters<Script>[1]): void {
  const { seq } = delivered.json.payload;
  void succeed({ messages: [{ message: 'chaos:child', payload: { seq, padding } }] })(delivered, response);
}

/** Pushes without end, each number once, whatever happens to the hub. */
export class Pusher {
  /** Where to push; undefined while nobody is there. */
  target: System | undefined;
  readonly #history: History;
  readonly #store: Pick<StoreClient, 'id' | 'token'>;
  readonly #random: () => number;
  readonly #perSecond: number;
  #next = 0;
  #stopped = false;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(history: History, store: Pick<StoreClient, 'id' | 'token'>, random: () => number, perSecond: number) {
    this.#history = history;
    this.#store = store;
    this.#random = random;
    this.#perSecond = perSecond;
  }

  start(): void {
    this.#loops = Promise.all([...Array.from({ length: IN_FLIGHT }, () => this.#loop()), this.#read()]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loops;
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      const due = performance.now() + (1_000 * IN_FLIGHT) / this.#perSecond;
      const refused = this.target !== undefined && (await this.#push(this.target)).kind === 'refused';
      await pause(Math.max(1, due - performance.now(), refused ? NOBODY_THERE_MS : 0));
    }
  }

  /** Somebody looks at everything all the while. */
  async #read(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const path = PATHS[turn % PATHS.length] ?? '';
      if (this.target !== undefined) await this.#readOne(`${this.target.api}/api/stores/${this.#store.id}${path}`, path);
      await pause(READ_EVERY_MS);
    }
  }

  async #readOne(url: string, path: string): Promise<void> {
    const answer = await call(url, { headers: { 'x-augury-token': this.#store.token } }).catch(() => undefined);
    if (answer === undefined || answer.status === 200 || isTemporary(answer)) return;
    this.#history.readWrong(`GET ${path} was answered ${answer.status} ${answer.text.slice(0, 200)}`);
  }

  async #push(target: System): Promise<Outcome> {
    const seq = (this.#next += 1);
    const kind = kindOf(this.#random());
    this.#history.invoked(seq, kind);
    const payload = kind === 'order:new' ? { seq, order: 'none' } : { seq, group: Math.floor(seq / GROUP), padding };
    const sent = call(`${target.api}/api/stores/${this.#store.id}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-augury-token': this.#store.token },
      body: JSON.stringify({ message: kind, payload }),
    });
    const outcome = await sent.then(outcomeOf, failureOf);
    this.#history.answered(seq, outcome);
    return outcome;
  }
}

/** Whoever cannot be told that the message is stored is told to come again. */
function outcomeOf({ status: code, headers, json, text }: Answer): Outcome {
  if (code === 201) return { kind: 'ok', id: (json as { readonly message_id: string }).message_id };
  const why = `${code} ${text.slice(0, 200)}`;
  return isTemporary({ status: code, headers }) ? { kind: 'unknown', why } : { kind: 'wrong', why };
}

const isTemporary = ({ status: code, headers }: Pick<Answer, 'status' | 'headers'>): boolean =>
  code === 503 && headers['retry-after'] !== undefined;

function failureOf(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'unknown', why: code };
}

function kindOf(draw: number): Kind {
  let left = draw * 100;
  for (const [kind, share] of Object.entries(kinds)) {
    left -= share;
    if (left < 0) return kind as Kind;
  }
  return 'chaos:plain';
}
