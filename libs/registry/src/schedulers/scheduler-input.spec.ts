import type { JsonObject, ScheduleTiming } from '@crossdock/core';
import { describe, expect, it } from 'vitest';
import { Problems } from '../input/problems.ts';
import { readScheduler, type ReadScheduler } from './scheduler-input.ts';
import { schedulerLimits, type SchedulerLimits } from './scheduler-limits.ts';

const now = Date.UTC(2026, 10, 21);
const isMessageType = (name: string): boolean => /^[a-z]+(:[a-z]+)+$/.test(name);

function read(input: JsonObject, before?: ReadScheduler, limits: SchedulerLimits = schedulerLimits) {
  const problems = new Problems('schedule_invalid');
  const scheduler = readScheduler(input, before, { isMessageType, limits }, problems, now);
  return { scheduler, problems: problems.found.map(({ pointer, reason }) => [pointer, reason]) };
}
const key = 'spree:order:poll';
const everyTen: ReadScheduler = { key, timing: { kind: 'interval', count: 10, unit: 'minutes' }, enabled: true };
const atSix: ReadScheduler = { key, timing: { kind: 'cron', cron: '0 6 * * *', timeZone: 'Europe/Berlin' }, enabled: true };

describe('a new schedule', () => {
  it.each<[JsonObject, ScheduleTiming]>([
    [
      { count: 10, interval: 'minutes' },
      { kind: 'interval', count: 10, unit: 'minutes' },
    ],
    [
      { count: '10', interval: 'minute' },
      { kind: 'interval', count: 10, unit: 'minutes' },
    ],
    [
      { count: 1, interval: 'months', cron: null, time_zone: null },
      { kind: 'interval', count: 1, unit: 'months' },
    ],
    [
      { count: 60, interval: 'seconds' },
      { kind: 'interval', count: 60, unit: 'seconds' },
    ],
    [{ cron: ' 0  6 * * 1-5 ' }, { kind: 'cron', cron: '0 6 * * 1-5', timeZone: 'UTC' }],
    [
      { cron: '@hourly', time_zone: 'America/Argentina/Buenos_Aires' },
      { kind: 'cron', cron: '@hourly', timeZone: 'America/Argentina/Buenos_Aires' },
    ],
    [{ cron: '0 6 L * MON#1' }, { kind: 'cron', cron: '0 6 L * MON#1', timeZone: 'UTC' }],
  ])('is read from %j', (input, timing) => {
    expect(read({ key, ...input })).toEqual({ scheduler: { key, timing, enabled: true }, problems: [] });
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['says nothing', {}, ['/key', '']],
    ['is for no message type', { key: 'Poll', count: 1, interval: 'hours' }, ['/key']],
    ['is both', { key, count: 1, interval: 'hours', cron: '@daily' }, ['/cron']],
    ['has no count', { key, interval: 'hours' }, ['/count']],
    ['has no interval', { key, count: 5 }, ['/interval']],
    ['has a broken count and an unknown interval', { key, count: 1.5, interval: 'fortnights' }, ['/count', '/interval']],
    ['counts to nothing', { key, count: 0, interval: 'hours' }, ['/count']],
    ['comes too often', { key, count: 59, interval: 'seconds' }, ['/count']],
    ['comes too seldom', { key, count: 58, interval: 'weeks' }, ['/count']],
    ['has an interval with a time zone', { key, count: 1, interval: 'days', time_zone: 'UTC' }, ['/time_zone']],
    ['has a time zone alone', { key, time_zone: 'UTC' }, ['']],
    ['has four fields', { key, cron: '0 6 * *' }, ['/cron']],
    ['has seconds', { key, cron: '* * * * * *' }, ['/cron']],
    ['is a date', { key, cron: '2026-12-24T00:00:00Z' }, ['/cron']],
    ['depends on the day it is read', { key, cron: '? * * * *' }, ['/cron']],
    ['waits for a start', { key, cron: '@reboot' }, ['/cron']],
    ['has a minute too many', { key, cron: '60 * * * *' }, ['/cron']],
    ['never comes', { key, cron: '0 0 30 2 *' }, ['/cron']],
    ['is no text', { key, cron: 5 }, ['/cron']],
    ['is too long', { key, cron: `${'1,'.repeat(200)}1 * * * *` }, ['/cron']],
    ['is in no time zone', { key, cron: '@daily', time_zone: 'Mars/Base' }, ['/time_zone']],
    ['is in an offset', { key, cron: '@daily', time_zone: '+02:00' }, ['/time_zone']],
    [
      'is wrong everywhere',
      { key: 1, cron: 'x', time_zone: 2, enabled: 'yes', every: 1 },
      ['/every', '/key', '/time_zone', '/cron', '/enabled'],
    ],
  ])('that %s is refused', (_, input, pointers) => {
    expect(read(input).problems.map(([pointer]) => pointer)).toEqual(pointers);
  });

  it('says what is wrong with a cron expression', () => {
    expect(read({ key, cron: '60 * * * *' }).problems).toEqual([
      ['/cron', 'The cron expression cannot be read: Invalid value for minute: 60.'],
    ]);
  });

  it('comes no more often than the limit, also where that is rarer than a minute', () => {
    const limits = { ...schedulerLimits, minEveryMs: 5 * 60_000 };
    expect(read({ key, cron: '*/7 * * * *' }, undefined, limits).problems).toEqual([
      ['/cron', 'The schedule comes round more often than every 300 seconds.'],
    ]);
    expect(read({ key, cron: '*/5 * * * *' }, undefined, limits).problems).toEqual([]);
    expect(read({ key, count: 4, interval: 'minutes' }, undefined, limits).problems).toHaveLength(1);
    expect(read({ key, count: 5, interval: 'seconds' }, undefined, { ...limits, minEveryMs: 1_000 }).problems).toEqual([]);
  });
});

describe('a change', () => {
  it.each<[string, ReadScheduler, JsonObject, ReadScheduler]>([
    ['of nothing', everyTen, {}, everyTen],
    ['of nothing', atSix, {}, atSix],
    ['of the count', everyTen, { count: 5 }, { ...everyTen, timing: { kind: 'interval', count: 5, unit: 'minutes' } }],
    ['of the interval', everyTen, { interval: 'hours' }, { ...everyTen, timing: { kind: 'interval', count: 10, unit: 'hours' } }],
    ['of the time zone', atSix, { time_zone: 'UTC' }, { ...atSix, timing: { kind: 'cron', cron: '0 6 * * *', timeZone: 'UTC' } }],
    ['of the expression', atSix, { cron: '@daily' }, { ...atSix, timing: { kind: 'cron', cron: '@daily', timeZone: 'Europe/Berlin' } }],
    ['to cron', everyTen, { cron: '@daily' }, { ...everyTen, timing: { kind: 'cron', cron: '@daily', timeZone: 'UTC' } }],
    ['to an interval', atSix, { count: 10, interval: 'minutes', cron: null, time_zone: null }, everyTen],
    ['of the switch', atSix, { enabled: false }, { ...atSix, enabled: false }],
  ])('%s keeps the rest', (_, before, input, expected) => {
    expect(read(input, before)).toEqual({ scheduler: expected, problems: [] });
  });

  it('of a time zone needs a cron expression', () => {
    expect(read({ time_zone: 'UTC' }, everyTen).problems.map(([pointer]) => pointer)).toEqual(['/time_zone']);
  });

  it('to an interval needs both of its parts', () => {
    expect(read({ count: 5 }, atSix).problems.map(([pointer]) => pointer)).toEqual(['/interval']);
  });
});
