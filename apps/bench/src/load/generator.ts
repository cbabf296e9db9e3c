import { Worker } from 'node:worker_threads';
import { monotonicMs } from '../measure/clock.ts';
import { serve } from '../processes/serve.ts';
import type { GeneratorCalls, LoadPlan, LoadReport } from './load-plan.ts';
import type { PacerData } from './pacer-thread.ts';
import { Pusher } from './pusher.ts';
import { RateSchedule } from './rate-schedule.ts';
import { RequestPool } from './request-pool.ts';

// The generator, a process of its own.

/** How long to wait for answers after the last request. */
const LAST_ANSWERS_MS = 10_000;
/** From the plan to the first request: by then the connections stand. */
const RUN_UP_MS = 100;
const CREATED = 201;
/** Every run has so many numbers of its own. */
const NUMBERS = 10_000_000;

class Run {
  readonly #plan: LoadPlan;
  readonly #first: number;
  readonly #pool: RequestPool;
  readonly #idle: Pusher[] = [];
  readonly #pushers: readonly Pusher[];
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #statuses: Record<string, number> = {};
  readonly #arrivedBefore: number;
  readonly #startMs = monotonicMs() + RUN_UP_MS;
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;
  #dueAt = new Float64Array(1 << 14);
  #sentAt = new Float64Array(1 << 14);
  #answeredAt = new Float64Array(1 << 14);
  /** Requests that are due, those that were sent, and those that were answered. */
  #due = 0;
  #sent = 0;
  #answered = 0;
  #failed = 0;
  #arrived: number;
  #isOver = false;

  constructor(plan: LoadPlan, first: number, arrived: number) {
    this.#plan = plan;
    this.#first = first;
    this.#arrivedBefore = arrived;
    this.#arrived = arrived;
    this.#pool = new RequestPool(plan.targets, `${plan.host}:${plan.port}`);
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#pushers = Array.from({ length: plan.connections }, () => new Pusher(plan, (pusher) => this.#onIdle(pusher)));
  }

  async report(): Promise<LoadReport> {
    const pacer = this.#start();
    const closing = setTimeout(() => this.over(), RUN_UP_MS + this.#plan.durationMs);
    await this.#ended;
    clearTimeout(closing);
    await pacer?.terminate();
    for (const pusher of this.#pushers) pusher.close();
    const count = this.#sent;
    return {
      first: this.#first,
      count,
      dueAt: this.#dueAt.slice(0, count),
      sentAt: this.#sentAt.slice(0, count),
      answeredAt: this.#answeredAt.slice(0, count),
      unsent: Math.max(0, this.#due - count),
      statuses: this.#statuses,
    };
  }

  #start(): Worker | undefined {
    const { pace } = this.#plan;
    if (pace.kind === 'closed') {
      setTimeout(() => this.#pump(), RUN_UP_MS);
      return undefined;
    }
    const workerData: PacerData = { startMs: this.#startMs, perSecond: pace.perSecond, stop: this.#stop };
    const schedule = new RateSchedule(this.#startMs, pace.perSecond);
    const worker = new Worker(new URL('./pacer-thread.js', import.meta.url), { workerData });
    worker.on('message', (due: number) => {
      for (; this.#due < due && !this.#isOver; this.#due += 1) this.#noteDue(this.#due, schedule.dueAt(this.#due));
      this.#pump();
    });
    return worker;
  }

  /** Sends no more; ends when the last answers are there, or have had time enough. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    Atomics.store(this.#stop, 0, 1);
    Atomics.notify(this.#stop, 0);
    if (this.#answered === this.#sent) this.#end();
    else setTimeout(this.#end, LAST_ANSWERS_MS).unref();
  }

  arrived(count: number): void {
    this.#arrived = count;
    if (this.#plan.pace.kind === 'closed') this.#pump();
  }

  #onIdle(pusher: Pusher): void {
    this.#idle.push(pusher);
    this.#pump();
  }

  #maySend(): boolean {
    if (this.#isOver || monotonicMs() < this.#startMs) return false;
    if (this.#sent >= (this.#plan.most ?? Number.POSITIVE_INFINITY)) {
      this.over();
      return false;
    }
    const { pace } = this.#plan;
    return pace.kind === 'open'
      ? this.#sent < this.#due
      : this.#sent - this.#failed - (this.#arrived - this.#arrivedBefore) < pace.maxOutstanding;
  }

  #pump(): void {
    while (this.#idle.length > 0 && this.#maySend()) {
      const pusher = this.#idle.pop();
      const index = this.#sent;
      this.#sent += 1;
      const now = monotonicMs();
      if (this.#plan.pace.kind === 'closed') this.#noteDue(index, now);
      this.#sentAt[index] = now;
      pusher?.push(this.#pool.take(index, this.#first + index), (status, atMs) => this.#onAnswer(index, status, atMs));
    }
  }

  #noteDue(index: number, ms: number): void {
    if (index >= this.#dueAt.length) {
      this.#dueAt = larger(this.#dueAt);
      this.#sentAt = larger(this.#sentAt);
      this.#answeredAt = larger(this.#answeredAt);
    }
    this.#dueAt[index] = ms;
  }

  #onAnswer(index: number, status: number, atMs: number): void {
    this.#answeredAt[index] = atMs;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#answered += 1;
    if (status !== CREATED) this.#failed += 1;
    if (this.#isOver && this.#answered === this.#sent) this.#end();
  }
}

function larger(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(array.length * 2);
  copy.set(array);
  return copy;
}

let runs = 0;
let arrived = 0;
const running = new Set<Run>();

serve<GeneratorCalls>(
  {
    run: async (plan) => {
      const run = new Run(plan, runs * NUMBERS, arrived);
      runs += 1;
      running.add(run);
      try {
        return await run.report();
      } finally {
        running.delete(run);
      }
    },
    arrived: (count) => {
      arrived = count;
      for (const run of running) run.arrived(count);
    },
  },
  () => {
    for (const run of running) run.over();
  },
);
