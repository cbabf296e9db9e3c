import type { IntervalUnit, JsonObject, JsonValue, ScheduleTiming } from '@crossdock/core';
import { messageOf } from '@crossdock/kit';
import type { Problems } from '../input/problems.ts';
import { cronOf, nextTime, shortestGap, UNIT_MS } from './next-time.ts';
import type { SchedulerLimits } from './scheduler-limits.ts';

export interface SchedulerRules {
  readonly isMessageType: (name: string) => boolean;
  readonly limits: SchedulerLimits;
}

/** A schedule as it is to be saved. */
export interface ReadScheduler {
  readonly key: string;
  readonly timing: ScheduleTiming;
  readonly enabled: boolean;
}

const MEMBERS = ['key', 'count', 'interval', 'cron', 'time_zone', 'enabled'];
const READ_ONLY = ['id', 'store_id', 'next_at', 'revision', 'created_at', 'updated_at'];
const UNITS = Object.keys(UNIT_MS) as IntervalUnit[];
const FIVE_FIELDS = /^[^\s?]+( [^\s?]+){4}$/;
const WORD = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i;
const ZONE = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;
const DEFAULT_ZONE = 'UTC';
const EITHER = 'Send either a count and an interval, such as {"count": 10, "interval": "minutes"}, or a cron expression.';

/**
 * Reads a schedule as people send it. Without `before` it is a new one; else what is not given, or null, stays as it was. Everything that
 * is wrong goes into `problems`.
 * @param now ms since the epoch, from when on the schedule must come round
 */
export function readScheduler(
  input: JsonObject,
  before: ReadScheduler | undefined,
  { isMessageType, limits }: SchedulerRules,
  problems: Problems,
  now: number,
): ReadScheduler {
  problems.unknownMembers(input, '', MEMBERS, READ_ONLY);
  const key = input['key'] ?? before?.key;
  if (typeof key !== 'string' || !isMessageType(key)) {
    const reason = key === undefined ? 'The schedule does not say which messages it is for.' : 'This is not the name of a message type.';
    problems.add('/key', reason, 'Send the type of the messages as `key`, such as "spree:order:poll".');
  }
  return {
    key: typeof key === 'string' ? key : '',
    timing: new TimingReader(input, limits, problems, now).read(before?.timing),
    enabled: problems.flag(input['enabled'], '/enabled', before?.enabled ?? true),
  };
}

const unreadable: ScheduleTiming = { kind: 'interval', count: 1, unit: 'days' };

class TimingReader {
  readonly #input: JsonObject;
  readonly #limits: SchedulerLimits;
  readonly #problems: Problems;
  readonly #now: number;

  constructor(input: JsonObject, limits: SchedulerLimits, problems: Problems, now: number) {
    this.#input = input;
    this.#limits = limits;
    this.#problems = problems;
    this.#now = now;
  }

  read(before: ScheduleTiming | undefined): ScheduleTiming {
    const interval = this.#given('count') !== undefined || this.#given('interval') !== undefined;
    const zone = this.#given('time_zone') !== undefined;
    if (this.#given('cron') !== undefined) {
      if (interval) this.#problems.add('/cron', 'The schedule has both an interval and a cron expression.', EITHER);
      return this.#cron(before?.kind === 'cron' ? before : undefined);
    }
    if (interval) {
      if (zone) this.#noZone();
      return this.#interval(before?.kind === 'interval' ? before : undefined);
    }
    if (before?.kind === 'cron') return zone ? this.#cron(before) : before;
    if (zone && before !== undefined) this.#noZone();
    if (before === undefined) this.#problems.add('', 'The schedule does not say when.', EITHER);
    return before ?? unreadable;
  }

  #given(name: string): JsonValue | undefined {
    return this.#input[name] ?? undefined;
  }

  #noZone(): void {
    this.#problems.add(
      '/time_zone',
      'Intervals have no time zone: a day of an interval is 24 hours.',
      'Leave it out, or send a cron expression.',
    );
  }

  #interval(before: Extract<ScheduleTiming, { kind: 'interval' }> | undefined): ScheduleTiming {
    const count = readCount(this.#given('count') ?? before?.count);
    const unit = readUnit(this.#given('interval') ?? before?.unit);
    if (count === undefined)
      this.#problems.add('/count', 'The count is no whole number from 1.', 'Send how many of the interval, such as 10.');
    if (unit === undefined) this.#problems.add('/interval', 'There is no such interval.', `Send one of ${UNITS.join(', ')}.`);
    if (count === undefined || unit === undefined) return unreadable;
    const everyMs = count * UNIT_MS[unit];
    if (everyMs > this.#limits.maxEveryMs) {
      const most = `${Math.floor(this.#limits.maxEveryMs / UNIT_MS.days)} days`;
      this.#problems.add('/count', `An interval may last ${most} at most.`, 'Send a shorter one, or a cron expression.');
    }
    if (everyMs < this.#limits.minEveryMs) this.#tooOften('/count');
    return { kind: 'interval', count, unit };
  }

  #cron(before: Extract<ScheduleTiming, { kind: 'cron' }> | undefined): ScheduleTiming {
    const given = this.#given('cron') ?? before?.cron;
    const cron = typeof given === 'string' && given.length <= this.#limits.maxCron ? given.trim().replace(/\s+/g, ' ') : '';
    const zone = this.#given('time_zone') ?? before?.timeZone ?? DEFAULT_ZONE;
    const zoneKnown = typeof zone === 'string' && isTimeZone(zone);
    if (!zoneKnown)
      this.#problems.add('/time_zone', 'There is no such time zone.', 'Send a name of the IANA database such as "Europe/Berlin".');
    const timing = { kind: 'cron', cron, timeZone: zoneKnown ? zone : DEFAULT_ZONE } as const;
    this.#checkCron(timing);
    return timing;
  }

  #checkCron(timing: Extract<ScheduleTiming, { kind: 'cron' }>): void {
    const hint = 'Send minute, hour, day of the month, month and day of the week, such as "0 6 * * 1-5", or a word such as "@daily".';
    if (!FIVE_FIELDS.test(timing.cron) && !WORD.test(timing.cron)) {
      this.#problems.add('/cron', 'The cron expression does not have five fields.', hint);
      return;
    }
    try {
      cronOf(timing.cron, timing.timeZone);
    } catch (error) {
      const what = messageOf(error).replace(/^CronPattern: /, '');
      this.#problems.add('/cron', `The cron expression cannot be read: ${what}${what.endsWith('.') ? '' : '.'}`, hint);
      return;
    }
    if (nextTime(timing, this.#now, this.#now) === undefined) {
      this.#problems.add('/cron', 'The cron expression never comes round.', 'Look at its day and month: no February has a 30th.');
      return;
    }
    // Five fields cannot come round more often than once a minute.
    const { minEveryMs } = this.#limits;
    const tooOften = minEveryMs > UNIT_MS.minutes && (shortestGap(timing, this.#now) ?? minEveryMs) < minEveryMs;
    if (tooOften) this.#tooOften('/cron');
  }

  #tooOften(pointer: string): void {
    const least = this.#limits.minEveryMs / UNIT_MS.seconds;
    this.#problems.add(pointer, `The schedule comes round more often than every ${least} seconds.`, 'Let it come round less often.');
  }
}

function readCount(value: JsonValue | undefined): number | undefined {
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 1 && count <= MOST_COUNT ? count : undefined;
}

const MOST_COUNT = 999_999_999;

/** `minute` is as good as `minutes`. */
function readUnit(value: JsonValue | undefined): IntervalUnit | undefined {
  return UNITS.find((unit) => unit === value || (typeof value === 'string' && unit === `${value}s`));
}

function isTimeZone(zone: string): boolean {
  if (!ZONE.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
