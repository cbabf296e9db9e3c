import { parentPort, workerData } from 'node:worker_threads';
import { monotonicMs } from '../measure/clock.ts';
import { RateSchedule } from './rate-schedule.ts';

// Wakes the generator when a request is due. In a thread of its own, as a sleep here is exact to some 50 µs, where a timer of the
// event loop may be a millisecond late.

export interface PacerData {
  readonly startMs: number;
  readonly perSecond: number;
  /** Not 0: end. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** Above a thousand a second several requests go out at once. */
const SHORTEST_MS = 1;

const { startMs, perSecond, stop } = workerData as PacerData;
const port = parentPort;
const schedule = new RateSchedule(startMs, perSecond);
for (let count = 0; ;) {
  const now = monotonicMs();
  const wait = Math.max(schedule.dueAt(count) - now, count === 0 ? 0 : Math.min(SHORTEST_MS, schedule.dueAt(1) - startMs));
  if (wait > 0 && Atomics.wait(stop, 0, 0, wait) !== 'timed-out') break;
  const due = schedule.dueBy(monotonicMs());
  if (due > count) port?.postMessage(due, []);
  count = due;
}
