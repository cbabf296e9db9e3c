import { unreachable, type IntervalUnit, type ScheduleTiming } from '@crossdock/core';
import { Cron } from 'croner';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Months count as 30 days here, which only limits care about. */
export const UNIT_MS: Readonly<Record<IntervalUnit, number>> = {
  seconds: 1_000,
  minutes: MINUTE_MS,
  hours: 60 * MINUTE_MS,
  days: DAY_MS,
  weeks: 7 * DAY_MS,
  months: 30 * DAY_MS,
};

/**
 * When a schedule comes round next, strictly after `now`; ms since the epoch. Intervals are counted from `countedFrom`, in UTC: a day
 * has 24 hours, a month is the calendar's, and what began on the 31st comes on the last day of shorter months. Cron expressions go by
 * the wall clock of their time zone: what falls into an hour that is left out comes right after it, and a fixed time that comes
 * twice is taken once. undefined: never.
 */
export function nextTime(timing: ScheduleTiming, countedFrom: number, now: number): number | undefined {
  switch (timing.kind) {
    case 'cron':
      return cronOf(timing.cron, timing.timeZone).nextRun(new Date(now))?.getTime();
    case 'interval':
      return timing.unit === 'months'
        ? nextMonth(timing.count, countedFrom, now)
        : nextStep(timing.count * UNIT_MS[timing.unit], countedFrom, now);
    default:
      return unreachable(timing);
  }
}

/** The shortest time, in ms, between two of the next hundred times. undefined: it never comes round twice. */
export function shortestGap(timing: ScheduleTiming, now: number): number | undefined {
  if (timing.kind === 'interval') return timing.count * UNIT_MS[timing.unit];
  const times = cronOf(timing.cron, timing.timeZone)
    .nextRuns(LOOK_AHEAD, new Date(now))
    .map((time) => time.getTime());
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}

const LOOK_AHEAD = 101;

/** Throws what is wrong with the expression. Times are computed when asked for: nothing is started. */
export const cronOf = (cron: string, timeZone: string): Cron => new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });

function nextStep(stepMs: number, from: number, now: number): number {
  return from + Math.max(1, Math.floor((now - from) / stepMs) + 1) * stepMs;
}

function nextMonth(count: number, from: number, now: number): number {
  const [start, present] = [new Date(from), new Date(now)];
  const passed = (present.getUTCFullYear() - start.getUTCFullYear()) * 12 + present.getUTCMonth() - start.getUTCMonth();
  let rounds = Math.max(1, Math.floor(passed / count));
  while (addMonths(start, rounds * count) <= now) rounds += 1;
  return addMonths(start, rounds * count);
}

function addMonths(start: Date, months: number): number {
  const first = new Date(start);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.setUTCDate(Math.min(start.getUTCDate(), lastDay));
}
