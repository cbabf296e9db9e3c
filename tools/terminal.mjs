/**
 * The one way in which the tools show progress: a bar or a moving block while something runs, one line when it is over.
 * Built-ins only, for it runs before anything is installed. Everything goes to the stream it was given.
 */

const redrawMs = 84; // at most 12 times a second
// Without a terminal: a line every ten seconds, or ten per cent if they take some time.
const quietMs = 10_000;
const hastyMs = 5000;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const marks = { done: '✓', failed: '✗', skipped: '-' };
const colourCodes = { done: 32, failed: 31, skipped: 33, dim: 2 };
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * 840 → `0.8 s`, 16_800 → `16.8 s`, 83_000 → `1 min 23 s`.
 * @param {number} ms
 */
export function formatDuration(ms) {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @param {number} n */
const formatCount = (n) => Math.floor(n).toLocaleString('en-US');

/** @param {number} seconds */
const formatLeft = (seconds) => (seconds < 60 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`);

/**
 * A finished step: `  ✓ install        412 packages                                     16.8 s`.
 * The columns: two spaces, the mark, a space, the name in 15, what came of it in 47, the duration right-aligned in 6.
 * @param {{ mark?: string, name: string, detail?: string, ms?: number }} step
 */
export function formatStep({ mark = marks.done, name, detail = '', ms }) {
  const duration = ms === undefined ? '' : formatDuration(ms).padStart(6);
  return `  ${mark} ${name.padEnd(14)} ${detail.padEnd(46)} ${duration}`.trimEnd();
}

/**
 * A running step: `  install  ▕██████▌     ▏ 62 %  1,240/2,000  310/s  2 s left`, cut to `width`.
 * With an unknown total: a block that moves, the count so far and the time.
 * @param {{ label: string, done?: number, total?: number, elapsedMs: number, width: number }} progress
 */
export function formatBar({ label, done, total, elapsedMs, width }) {
  const known = done !== undefined && total !== undefined && total > 0;
  const share = known ? shareOf(done, total) : 0;
  const facts = known ? knownFacts(done, total, elapsedMs) : unknownFacts(done, elapsedMs);
  const head = `  ${label.padEnd(15)}`;
  const room = width - head.length - facts.length - 4;
  const size = Math.min(30, room);
  const bar = size < 4 ? '' : `▕${known ? filled(share, size) : moving(elapsedMs, size)}▏ `;
  return `${head} ${bar}${facts}`.slice(0, Math.max(0, width));
}

const shareOf = (done, total) => Math.min(1, Math.max(0, done / total));

function knownFacts(done, total, elapsedMs) {
  const rate = elapsedMs > 0 ? done / (elapsedMs / 1000) : 0;
  const facts = [`${Math.floor(shareOf(done, total) * 100)} %`.padStart(5), `${formatCount(done)}/${formatCount(total)}`];
  if (rate > 0 && elapsedMs >= 1000) {
    facts.push(`${rate < 10 ? rate.toFixed(1) : formatCount(rate)}/s`);
    if (done < total) facts.push(formatLeft((total - done) / rate));
  }
  return facts.join('  ');
}

function unknownFacts(done, elapsedMs) {
  const time = `${Math.floor(elapsedMs / 1000)} s`;
  return done === undefined || done === 0 ? time : `${formatCount(done)}  ${time}`;
}

function filled(share, size) {
  const steps = Math.floor(share * size * 8);
  return ('█'.repeat(Math.floor(steps / 8)) + eighths[steps % 8]).padEnd(size);
}

function moving(elapsedMs, size) {
  const block = Math.max(1, Math.floor(size / 5));
  const span = size - block;
  const at = Math.floor(elapsedMs / 120) % Math.max(1, 2 * span);
  return `${' '.repeat(at <= span ? at : 2 * span - at)}${'█'.repeat(block)}`.padEnd(size);
}

/** NO_COLOR and FORCE_COLOR outrank what the stream is. */
function wantsColour(stream, env) {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/**
 * @typedef {{
 *   progress(done: number, total?: number): void,
 *   done(detail?: string): void,
 *   skipped(detail?: string): void,
 *   failed(detail?: string): void,
 *   drop(): void,
 * }} Step
 * @typedef {{ isTTY?: boolean | undefined, columns?: number | undefined, write(text: string): unknown }} Stream
 */

/**
 * Talks to `stream`. On a terminal running steps are redrawn in place; elsewhere each step is one line, long ones a few more.
 */
export class Terminal {
  /** Are running steps redrawn in place? */
  live;
  /** Are marks coloured? */
  colour;
  #stream;
  #now;
  #running = new Set();
  #drawn = 0;
  #timer;
  #hidden = false;

  /**
   * @param {Stream} stream
   * @param {{ env?: Record<string, string | undefined>, now?: () => number }} [options]
   */
  constructor(stream, { env = process.env, now = Date.now } = {}) {
    this.live = stream.isTTY === true && env.TERM !== 'dumb';
    this.colour = wantsColour(stream, env);
    this.#stream = stream;
    this.#now = now;
  }

  /**
   * @param {keyof typeof colourCodes} kind
   * @param {string} text
   */
  paint(kind, text) {
    return this.colour ? `\u001B[${colourCodes[kind]}m${text}\u001B[0m` : text;
  }

  /**
   * A line of its own, above whatever is running.
   * @param {string} [text]
   */
  print(text = '') {
    this.#clear();
    this.#stream.write(`${text}\n`);
    if (this.#timer !== undefined) this.#draw();
  }

  /**
   * Begins a step; on a terminal it is shown until it ends.
   * @param {string} label
   * @returns {Step}
   */
  step(label) {
    const startedAt = this.#now();
    const state = { label, done: undefined, total: undefined, startedAt, toldAt: startedAt, toldTenths: 0 };
    this.#running.add(state);
    this.#animate();
    return {
      progress: (done, total = state.total) => {
        Object.assign(state, { done, total });
        if (!this.live) this.#mention(state);
      },
      done: (detail) => this.#end(state, 'done', detail),
      skipped: (detail) => this.#end(state, 'skipped', detail),
      failed: (detail) => this.#end(state, 'failed', detail),
      drop: () => this.#remove(state),
    };
  }

  /** Wipes what is drawn and shows the cursor again. Happens by itself when the last step or the process ends. */
  restore = () => {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clear();
    if (this.#hidden) this.#stream.write('\u001B[?25h');
    this.#hidden = false;
    process.off('exit', this.restore);
    for (const signal of signals) process.off(signal, this.#onSignal);
  };

  // Whoever else listens decides what the signal means; alone we die of it, as we would have without listening.
  #onSignal = (signal) => {
    const alone = process.listenerCount(signal) === 1;
    this.restore();
    if (alone) process.kill(process.pid, signal);
  };

  #animate() {
    if (!this.live || this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#draw(), redrawMs);
    this.#timer.unref();
    process.on('exit', this.restore);
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  #end(state, kind, detail) {
    if (!this.#running.has(state)) return;
    const line = formatStep({ mark: marks[kind], name: state.label, detail, ms: this.#now() - state.startedAt });
    this.#remove(state);
    this.print(line.replace(marks[kind], this.paint(kind, marks[kind])));
  }

  #remove(state) {
    this.#running.delete(state);
    if (this.#running.size === 0) this.restore();
  }

  /** Without a terminal: says now and then where a long step is. */
  #mention(state) {
    const known = state.total > 0;
    const tenths = known ? Math.floor((state.done * 10) / state.total) : 0;
    const now = this.#now();
    const wait = tenths > state.toldTenths ? hastyMs : quietMs;
    if (now - state.toldAt < wait) return;
    state.toldTenths = tenths;
    state.toldAt = now;
    const elapsedMs = now - state.startedAt;
    const facts = known ? knownFacts(state.done, state.total, elapsedMs) : unknownFacts(state.done, elapsedMs);
    this.print(`  … ${state.label.padEnd(14)} ${facts.trim()}`);
  }

  #draw() {
    if (!this.#hidden) this.#stream.write('\u001B[?25l');
    this.#hidden = true;
    this.#clear();
    const width = Math.max(20, (this.#stream.columns || 80) - 1);
    const lines = [...this.#running].map((state) => formatBar({ ...state, elapsedMs: this.#now() - state.startedAt, width }));
    if (lines.length > 0) this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  #clear() {
    if (this.#drawn > 0) this.#stream.write(`\u001B[${this.#drawn}A\u001B[J`);
    this.#drawn = 0;
  }
}
