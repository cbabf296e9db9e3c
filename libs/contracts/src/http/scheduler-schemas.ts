import type { IntervalUnit, SchedulerView } from '@crossdock/core';
import { count, id, oneOf, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import { bounded, closed, flag, moment, orNull, readOnly, ref, withExamples } from './http-schema.ts';
import { messageType } from './message-schemas.ts';

const unit = oneOf<IntervalUnit>(
  { seconds: true, minutes: true, hours: true, days: true, weeks: true, months: true },
  'Every so many of these. A minute is the least.',
);

export const schedulerSchemas = {
  SchedulerInput: withExamples(
    {
      description: 'A schedule that is to be made: count and interval, or a cron expression.',
      allOf: [ref('SchedulerUpdate')],
      required: ['key'],
    },
    { key: 'spree:order:poll', count: 10, interval: 'minutes' },
    { key: 'amazon:order:poll', cron: '0 6 * * 1-5', time_zone: 'Europe/Berlin' },
  ),
  SchedulerUpdate: withExamples(
    {
      type: 'object',
      description: 'What is left out, or null, stays as it is.',
      properties: {
        key: orNull(messageType),
        count: { type: ['integer', 'string', 'null'], minimum: 1, pattern: '^\\d{1,9}$', description: 'How many of the interval.' },
        interval: orNull(text('Seconds, minutes, hours, days, weeks or months; a minute is the least.')),
        cron: orNull(bounded('Five fields, or a word such as `@daily`.', 255)),
        time_zone: orNull(bounded('Of the cron expression: a name of the IANA database; UTC unless said otherwise.', 64)),
        enabled: orNull(flag('Whether it comes round.')),
        ...readOnly('id', 'store_id', 'next_at', 'revision', 'created_at', 'updated_at'),
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
