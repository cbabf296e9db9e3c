import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../answer/answer.ts';
import { attempt, beginning, bytesOf, entry, messageId, options, parked, storeId, succeeded } from '../testing/builders.ts';
import { decideDelivery, type DeliveryInput } from './decide-delivery.ts';
import type { DeliveryFailed } from './events.ts';

const success: Extract<Answer, { kind: 'success' }> = {
  kind: 'success',
  messages: [],
  notifications: [],
  parameters: [],
  result: undefined,
  warnings: [],
};
const failure: Extract<Answer, { kind: 'failure' }> = {
  kind: 'failure',
  class: 'http_5xx',
  text: 'HTTP 502',
  notifications: [],
  warnings: [],
};
const made = attempt(1);

function input(but: Partial<DeliveryInput>): DeliveryInput {
  return {
    store: storeId,
    root: messageId,
    options: options(),
    failures: 0,
    attempt: made,
    outcome: failure,
    retryAfterMs: undefined,
    now: beginning,
    random: 0.5,
    ...but,
  };
}
const erred = { ...made, error: { class: 'http_5xx', text: 'HTTP 502' } } as const;
const failedUntil = (retryAt: number, but: Partial<DeliveryFailed> = {}): DeliveryFailed => ({
  type: 'delivery.failed',
  store: storeId,
  root: messageId,
  attempt: erred,
  retryAt,
  ...but,
});

describe('a success', () => {
  it('completes the delivery', () => {
    expect(decideDelivery(input({ outcome: success }))).toEqual({ kind: 'succeeded', messages: [], parameters: [], event: succeeded(1) });
  });

  it('hands on messages and parameters, and stores names but no values', () => {
    const messages = [{ message: 'stock:change', payload: bytesOf({ sku: 'A', quantity: 1 }) }];
    const parameters = [
      { name: 'erp.token', value: 'secret' },
      { name: 'erp.cursor', value: 7 },
    ];
    expect(decideDelivery(input({ outcome: { ...success, messages, parameters } }))).toEqual({
      kind: 'succeeded',
      messages,
      parameters,
      event: succeeded(1, { parameters: ['erp.token', 'erp.cursor'] }),
    });
  });

  it('keeps notifications, result and warnings', () => {
    const outcome = { ...success, notifications: [entry()], result: '{"ok":1}', warnings: ['Odd.'] };
    expect(decideDelivery(input({ outcome }))).toEqual({
      kind: 'succeeded',
      messages: [],
      parameters: [],
      event: succeeded(1, { notifications: [entry()], result: '{"ok":1}', attempt: { ...made, warnings: ['Odd.'] } }),
    });
  });

  it('is one however often it failed before, and whether or not retries are allowed', () => {
    expect(decideDelivery(input({ outcome: success, failures: 99, options: options({ retriesAllowed: false }) }))).toEqual({
      kind: 'succeeded',
      messages: [],
      parameters: [],
      event: succeeded(1),
    });
  });
});

describe('a failure', () => {
  it.each<[string, Partial<DeliveryInput>, number, number]>([
    ['waits for the base after the first', {}, 1, 1_000],
    ['waits twice as long after the second', { failures: 1 }, 2, 2_000],
    ['waits eight times as long after the fourth', { failures: 3 }, 4, 8_000],
    ['waits for the cap at most', { failures: 9, options: options({ maxAttempts: 20 }) }, 10, 60_000],
    ['waits half as long with the smallest draw', { random: 0 }, 1, 500],
    ['waits half as long again with the largest', { random: 1 - 2 ** -53 }, 1, 1_500],
    ['waits as long as the endpoint asked, where that is longer', { retryAfterMs: 90_000 }, 1, 90_000],
    ['does not wait less because the endpoint asked', { failures: 3, retryAfterMs: 1 }, 4, 8_000],
    ['waits a day at most, whatever the endpoint asked', { retryAfterMs: 1e12 }, 1, 86_400_000],
    ['is due at a whole millisecond', { random: 0.12345 }, 1, 623],
  ])('%s', (_what, but, failures, wait) => {
    const dueAt = beginning + wait;
    expect(decideDelivery(input(but))).toEqual({ kind: 'failed', failures, dueAt, event: failedUntil(dueAt) });
  });

  it.each<[string, Partial<DeliveryInput>, 'attempts_exhausted' | 'retries_not_allowed']>([
    ['the last attempt', { failures: 4 }, 'attempts_exhausted'],
    ['an attempt beyond the last, of a mapping that allows fewer by now', { failures: 7 }, 'attempts_exhausted'],
    ['the only attempt', { options: options({ maxAttempts: 1 }) }, 'attempts_exhausted'],
    ['any attempt, where retries are not allowed', { options: options({ retriesAllowed: false }) }, 'retries_not_allowed'],
    [
      'the last attempt, where retries are not allowed either',
      { failures: 4, options: options({ retriesAllowed: false }) },
      'retries_not_allowed',
    ],
    [
      'an attempt whose endpoint asks to come again, where retries are not allowed',
      { retryAfterMs: 5, options: options({ retriesAllowed: false }) },
      'retries_not_allowed',
    ],
  ])('of %s parks the delivery at once', (_what, but, reason) => {
    expect(decideDelivery(input(but))).toEqual({ kind: 'parked', event: { ...parked(reason), attempt: erred } });
  });

  it('keeps notifications and warnings, whether it is retried or parked', () => {
    const outcome = { ...failure, notifications: [entry()], warnings: ['Odd.'] };
    const kept = { attempt: { ...erred, warnings: ['Odd.'] }, notifications: [entry()] };
    expect(decideDelivery(input({ outcome })).event).toEqual(failedUntil(beginning + 1_000, kept));
    expect(decideDelivery(input({ outcome, failures: 4 })).event).toEqual({ ...parked('attempts_exhausted'), ...kept });
    expect(decideDelivery(input({ outcome, options: options({ retriesAllowed: false }) })).event).toEqual({
      ...parked('retries_not_allowed'),
      ...kept,
    });
  });

  it('is retried within the law of the backoff, and never before the endpoint wants it', () => {
    const backoff = fc.record({
      baseMs: fc.integer({ min: 0, max: 600_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      capMs: fc.integer({ min: 0, max: 86_400_000 }),
    });
    fc.assert(
      fc.property(
        fc.record({
          backoff,
          failures: fc.nat(50),
          random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          asked: fc.option(fc.nat(86_400_000)),
        }),
        ({ backoff: policy, failures, random, asked }) => {
          const decision = decideDelivery(
            input({ options: options({ backoff: policy, maxAttempts: 60 }), failures, random, retryAfterMs: asked ?? undefined }),
          );
          const nominal = Math.min(policy.capMs, policy.baseMs * policy.factor ** failures);
          const wait = decision.kind === 'failed' ? decision.dueAt - beginning : -1;
          expect(wait).toBeGreaterThanOrEqual(Math.max(Math.round(nominal * 0.5), asked ?? 0));
          expect(wait).toBeLessThanOrEqual(Math.max(Math.round(nominal * 1.5), asked ?? 0));
        },
      ),
    );
  });
});
