/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressFacts {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  /** Columns there are. */
  readonly width: number;
}

const BAR = 24;
const REDRAW_MS = 84;
const PLAIN_MS = 10_000;
const PLAIN_SHARE = 0.1;

/** `scan  ▕████████▌   ▏  62 %  1,240/2,000  310/s  2 s left`, cut to the width. */
export function formatProgress({ label, done, total, elapsedMs, width }: ProgressFacts): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const rate = elapsedMs === 0 ? 0 : (done / elapsedMs) * 1000;
  const left = rate === 0 ? '' : `  ${Math.ceil((total - done) / rate)} s left`;
  const bar = '█'.repeat(Math.floor(share * BAR)).padEnd(BAR);
  const numbers = `${Math.floor(share * 100)} %  ${count(done)}/${count(total)}  ${count(Math.round(rate))}/s${done >= total ? '' : left}`;
  return `  ${label.padEnd(12)} ▕${bar}▏ ${numbers}`.slice(0, Math.max(20, width));
}

const count = (number: number): string => number.toLocaleString('en-US');

/** Shows how far something long has come: redrawn in place on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #label = '';
  #startedAt = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shownShare = 0;

  constructor(stream: ProgressStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** `total` may grow. A new label begins a new bar. */
  show(label: string, done: number, total: number): void {
    const now = this.#now();
    if (label !== this.#label) {
      this.end();
      this.#label = label;
      this.#startedAt = now;
      this.#shownAt = Number.NEGATIVE_INFINITY;
      this.#shownShare = 0;
    }
    const share = total === 0 ? 1 : done / total;
    const isLast = done >= total;
    if (!isLast && !this.#isTime(now, share)) return;
    this.#shownAt = now;
    this.#shownShare = share;
    const text = formatProgress({ label, done, total, elapsedMs: now - this.#startedAt, width: this.#stream.columns ?? 100 });
    this.#stream.write(this.#stream.isTTY === true ? `\r\u001B[2K${text}` : `${text}\n`);
  }

  #isTime(now: number, share: number): boolean {
    if (this.#stream.isTTY === true) return now - this.#shownAt >= REDRAW_MS;
    return now - this.#shownAt >= PLAIN_MS || share - this.#shownShare >= PLAIN_SHARE;
  }

  /** Leaves the last bar standing on a line of its own. */
  end(): void {
    if (this.#label !== '' && this.#stream.isTTY === true) this.#stream.write('\n');
    this.#label = '';
  }
}
