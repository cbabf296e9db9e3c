import type { Run } from '../hub/rig.ts';
import { spreadOf, type Spread } from '../measure/quantiles.ts';

/** Messages of a run that were due within its window, by their index. */
export function* inWindow({ count, dueAt, window }: Run): Generator<number> {
  for (let index = 0; index < count; index += 1) {
    const due = dueAt[index] ?? 0;
    if (due >= window.fromMs && due < window.toMs) yield index;
  }
}

export interface Latencies {
  /** From when a push was due until its 201 was there. */
  readonly accepted: Spread;
  /** From when a push was due until its delivery arrived. */
  readonly delivered: Spread;
  /** How late pushes were sent: part of both. */
  readonly late: Spread;
  /** Due within the window, and not arrived at all. */
  readonly missing: number;
}

/** Latencies of the messages that were due in the window; `only` chooses among them. */
export function latenciesOf(run: Run, only: (index: number) => boolean = () => true): Latencies {
  const accepted: number[] = [];
  const delivered: number[] = [];
  const late: number[] = [];
  let missing = 0;
  for (const index of inWindow(run)) {
    if (!only(index)) continue;
    const due = run.dueAt[index] ?? 0;
    const answeredAt = run.answeredAt[index] ?? 0;
    const arrivedAt = run.arrivedAt[index] ?? 0;
    late.push((run.sentAt[index] ?? 0) - due);
    if (answeredAt > 0) accepted.push(answeredAt - due);
    if (arrivedAt > 0) delivered.push(arrivedAt - due);
    else missing += 1;
  }
  return { accepted: spreadOf(accepted), delivered: spreadOf(delivered), late: spreadOf(late), missing };
}

/** How many of these moments lie within the window. */
export function countWithin(moments: Float64Array, { fromMs, toMs }: Run['window']): number {
  let count = 0;
  for (const moment of moments) if (moment >= fromMs && moment < toMs) count += 1;
  return count;
}
