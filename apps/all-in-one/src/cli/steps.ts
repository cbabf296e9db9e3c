import { formatRunning, formatStep, marks, type Mark } from './format-step.ts';

const redrawMs = 84;
const colours: Readonly<Record<Mark, number>> = { done: 32, failed: 31, skipped: 33 };

/** Where the steps are shown. */
export interface StepStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface StepsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** A step that has begun. Only the first ending counts. */
export interface Step {
  /** `name` replaces the one it began with: `postgres` becomes `postgres 18.4`. */
  done(detail?: string, name?: string): void;
  failed(detail?: string): void;
  skipped(detail?: string): void;
}

interface RunningStep {
  readonly name: string;
  readonly startedAt: number;
}

/** Shows steps as lines; on a terminal those that run are redrawn in place, elsewhere only what has ended is written. */
export class Steps {
  readonly #stream: StepStream;
  readonly #now: () => number;
  readonly #live: boolean;
  readonly #colour: boolean;
  readonly #running = new Set<RunningStep>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: StepStream, { env, now }: StepsOptions) {
    this.#stream = stream;
    this.#now = now;
    this.#live = stream.isTTY === true && env['TERM'] !== 'dumb';
    this.#colour = wantsColour(env, this.#live);
  }

  begin(name: string): Step {
    const step = { name, startedAt: this.#now() };
    this.#running.add(step);
    this.#animate();
    return {
      done: (detail, newName) => this.#end(step, { mark: 'done', detail, name: newName }),
      failed: (detail) => this.#end(step, { mark: 'failed', detail }),
      skipped: (detail) => this.#end(step, { mark: 'skipped', detail }),
    };
  }

  /** Lines of their own, above what runs. */
  print(text: string): void {
    this.#wipe();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  /** Marks what still runs as failed, for a start that ends with an error. */
  fail(): void {
    for (const step of this.#running) this.#end(step, { mark: 'failed' });
  }

  #end(
    step: RunningStep,
    { mark, detail = '', name = step.name }: { mark: Mark; detail?: string | undefined; name?: string | undefined },
  ): void {
    if (!this.#running.delete(step)) return;
    const line = formatStep({ mark, name, detail, ms: this.#now() - step.startedAt });
    this.print(this.#colour ? line.replace(marks[mark], `\u001B[${colours[mark]}m${marks[mark]}\u001B[0m`) : line);
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #animate(): void {
    if (!this.#live || this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.#wipe();
      this.#draw();
    }, redrawMs);
    this.#timer.unref();
    this.#draw();
  }

  #draw(): void {
    if (!this.#live || this.#running.size === 0) return;
    const width = Math.max(20, (this.#stream.columns ?? 80) - 1);
    const lines = [...this.#running].map(({ name, startedAt }) => formatRunning(name, this.#now() - startedAt, width));
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  #wipe(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001B[${this.#drawn}A\u001B[J`);
    this.#drawn = 0;
  }
}

/** NO_COLOR and FORCE_COLOR outrank what the stream is. */
function wantsColour(env: Readonly<Record<string, string | undefined>>, live: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  return forced === undefined ? live : forced !== '0' && forced !== 'false';
}
