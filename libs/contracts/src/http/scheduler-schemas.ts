import type { IntervalUnit, SchedulerView } from '@crossdock/core';
import { count, id, oneOf, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import { bounded, closed, flag, moment, orNull, readOnly, withExamples } from './http-schema.ts';
import { messageType } from './message-schemas.ts';

const unit = oneOf<IntervalUnit>(
  { seconds: true, minutes: true, hours: true, days: true, weeks: true, months: true },
  'Every so many of these. A minute is the least.',
);

const timeZone = bounded('A name of the IANA database; UTC unless said otherwise.', 64);
const timing = {
  count: { type: ['integer', 'string'], minimum: 1, maximum: 999_999_999, pattern: '^\\d{1,9}$', description: 'How many of the interval.' },
  interval: {
    type: 'string',
    enum: ['second', 'seconds', 'minute', 'minutes', 'hour', 'hours', 'day', 'days', 'week', 'weeks', 'month', 'months'],
    description: 'Every so many of these: a minute at least, 400 days at most.',
  },
  cron: { ...bounded('Five fields, or a word such as `@daily`.', 255), examples: ['0 6 * * 1-5', '@hourly', '*/10 * * * *'] },
  time_zone: { ...timeZone, examples: ['Europe/Berlin', 'UTC'] },
} as const satisfies Readonly<Record<string, JsonSchema>>;
const others = {
  enabled: orNull(flag('Whether it comes round.')),
  ...readOnly('id', 'store_id', 'next_at', 'revision', 'created_at', 'updated_at'),
};
const none: JsonSchema = { type: 'null', description: 'Not beside the others.' };

export const schedulerSchemas = {
  SchedulerInput: withExamples(
    {
      description: 'A schedule that is to be made: a count and an interval, or a cron expression.',
      anyOf: [
        {
          type: 'object',
          required: ['key', 'count', 'interval'],
          properties: { key: messageType, count: timing.count, interval: timing.interval, cron: none, time_zone: none, ...others },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['key', 'cron'],
          properties: { key: messageType, cron: timing.cron, time_zone: orNull(timing.time_zone), count: none, interval: none, ...others },
          additionalProperties: false,
        },
      ],
    },
    { key: 'spree:order:poll', count: 10, interval: 'minutes' },
    { key: 'amazon:order:poll', cron: '0 6 * * 1-5', time_zone: 'Europe/Berlin' },
  ),
  SchedulerUpdate: withExamples(
    {
      type: 'object',
      description: 'What is left out, or null, stays as it is; a cron expression takes the place of count and interval, and they of it.',
      properties: {
        key: orNull(messageType),
        count: { ...timing.count, type: ['integer', 'string', 'null'] },
        interval: orNull(timing.interval),
        cron: orNull(timing.cron),
        time_zone: orNull(timing.time_zone),
        ...others,
      },
      additionalProperties: false,
    },
    { enabled: false },
  ),
  Scheduler: withExamples(
    closed<SchedulerView>('When messages of a type are to be made.', {
      id: id('Its id.'),
      store_id: id('The store.'),
      key: messageType,
      count: orNull(count('How many of the interval; null where there is a cron expression.', 1)),
      interval: orNull(unit),
      cron: orNull(text('A cron expression; null where there is an interval.')),
      time_zone: orNull(text('Of the cron expression.')),
      enabled: flag('Whether it comes round.'),
      next_at: orNull(moment('When it comes round next; null while it is switched off.')),
      revision: count('The revision of the store that made it what it is; also its ETag.'),
      created_at: moment('When it was made.'),
      updated_at: moment('When it was last changed.'),
    }),
    {
      id: example.thing,
      store_id: example.store,
      key: 'spree:order:poll',
      count: 10,
      interval: 'minutes',
      cron: null,
      time_zone: null,
      enabled: true,
      next_at: '2026-11-21T09:40:00.000Z',
      revision: 12,
      ...example.times,
    },
  ),
} as const satisfies Readonly<Record<string, JsonSchema>>;
