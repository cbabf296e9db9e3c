import type { IntervalUnit, ScheduleTiming } from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTime, shortestGap, UNIT_MS } from './next-time.ts';

const every = (count: number, unit: IntervalUnit): ScheduleTiming => ({ kind: 'interval', count, unit });
const cron = (text: string, timeZone = 'UTC'): ScheduleTiming => ({ kind: 'cron', cron: text, timeZone });
/** The next times, one after the other, from a time on. */
function times(timing: ScheduleTiming, begin: string, count: number, countedFrom = begin): readonly string[] {
  const found: string[] = [];
  for (let now = Date.parse(begin); found.length < count;) {
    const next = nextTime(timing, Date.parse(countedFrom), now);
    if (next === undefined) return [...found, 'never'];
    found.push(new Date(next).toISOString().slice(0, 16));
    now = next;
  }
  return found;
}

describe('an interval', () => {
  it.each<[string, ScheduleTiming, string, readonly string[]]>([
    ['10 minutes', every(10, 'minutes'), '2026-11-21T09:03:00Z', ['2026-11-21T09:13', '2026-11-21T09:23']],
    ['2 hours', every(2, 'hours'), '2026-11-21T23:30:00Z', ['2026-11-22T01:30', '2026-11-22T03:30']],
    ['1 week', every(1, 'weeks'), '2026-12-28T00:00:00Z', ['2027-01-04T00:00', '2027-01-11T00:00']],
    [
      '1 month',
      every(1, 'months'),
      '2027-12-31T08:00:00Z',
      ['2028-01-31T08:00', '2028-02-29T08:00', '2028-03-31T08:00', '2028-04-30T08:00'],
    ],
    ['5 months', every(5, 'months'), '2026-10-31T08:00:00Z', ['2027-03-31T08:00', '2027-08-31T08:00', '2028-01-31T08:00']],
  ])('of %s is counted from its beginning', (_, timing, from, expected) => {
    expect(times(timing, from, expected.length)).toEqual(expected);
  });

  it('is a day of 24 hours, also where the clocks change', () => {
    expect(times(every(1, 'days'), '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T12:00', '2026-03-30T12:00']);
  });

  const units = fc.constantFrom<IntervalUnit>('seconds', 'minutes', 'hours', 'days', 'weeks');
  const moment = fc.integer({ min: Date.UTC(2020), max: Date.UTC(2040) });

  it('comes after now, never twice within itself, and on its own grid', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), units, moment, moment, (count, unit, from, now) => {
        const step = count * UNIT_MS[unit];
        const next = nextTime(every(count, unit), from, now) ?? Number.NaN;
        expect([next > now, (next - from) % step, next >= from + step, next - step <= Math.max(now, from)]).toEqual([true, 0, true, true]);
      }),
    );
  });

  it('of months comes after now, on the day of its beginning or the last of a shorter month', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), moment, moment, (count, from, now) => {
        const next = nextTime(every(count, 'months'), from, now) ?? Number.NaN;
        const [start, found] = [new Date(from), new Date(next)];
        const months = (found.getUTCFullYear() - start.getUTCFullYear()) * 12 + found.getUTCMonth() - start.getUTCMonth();
        const lastDay = new Date(Date.UTC(found.getUTCFullYear(), found.getUTCMonth() + 1, 0)).getUTCDate();
        expect([next > now, months % count, months > 0, found.getUTCDate(), next % UNIT_MS.days]).toEqual([
          true,
          0,
          true,
          Math.min(start.getUTCDate(), lastDay),
          from % UNIT_MS.days,
        ]);
        // The one before it is past.
        const former = nextTime(every(count, 'months'), from, next - 1);
        expect(former).toBe(next);
        if (months > count) expect(nextTime(every(count, 'months'), from, now - 1) ?? 0).toBeLessThanOrEqual(next);
      }),
    );
  });
});

describe('a cron expression', () => {
  it('goes by the wall clock of its time zone', () => {
    expect(times(cron('0 6 * * 1-5', 'Europe/Berlin'), '2026-10-23T06:00:00Z', 3)).toEqual([
      '2026-10-26T05:00',
      '2026-10-27T05:00',
      '2026-10-28T05:00',
    ]);
    expect(times(cron('@daily', 'Asia/Kolkata'), '2026-11-21T00:00:00Z', 1)).toEqual(['2026-11-21T18:30']);
  });

  it('comes right after an hour that is left out, once', () => {
    expect(times(cron('30 2 * * *', 'Europe/Berlin'), '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('comes once at a fixed time that the clock shows twice', () => {
    expect(times(cron('30 2 * * *', 'Europe/Berlin'), '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('goes on through both hours where it comes at every so many minutes', () => {
    expect(times(cron('*/30 * * * *', 'Europe/Berlin'), '2026-10-25T00:00:00Z', 4)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
      '2026-10-25T02:00',
    ]);
  });

  it('may never come', () => {
    expect(times(cron('0 0 30 2 *'), '2026-01-01T00:00:00Z', 1)).toEqual(['never']);
  });

  it('comes strictly after now, however often it is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026), max: Date.UTC(2028) }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
        (now, zone) => {
          for (const text of ['*/7 * * * *', '15 2 * * *', '0 0 1 * *']) {
            const next = nextTime(cron(text, zone), 0, now) ?? 0;
            expect([next > now, nextTime(cron(text, zone), 0, next - 1), next % 60_000]).toEqual([true, next, 0]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('shortestGap', () => {
  it.each<[ScheduleTiming, number | undefined]>([
    [every(90, 'seconds'), 90_000],
    [cron('*/7 * * * *'), 4 * 60_000],
    [cron('0 6,7 * * *'), 3_600_000],
    [cron('0 0 30 2 *'), undefined],
  ])('of %j is %s ms', (timing, expected) => {
    expect(shortestGap(timing, Date.UTC(2026, 0, 1))).toBe(expected);
  });
});
