import type { MappingOptionsView } from '@crossdock/core';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a mapping may have. All of it can be set by whoever composes the hub. */
export interface MappingLimits {
  readonly maxPerStore: number;
  readonly maxMessages: number;
  readonly maxFilters: number;
  readonly maxParameters: number;
  readonly maxUrl: number;
  readonly maxToken: number;
  readonly maxUsage: number;
  readonly maxAttempts: Range;
  readonly baseMs: Range;
  readonly factor: Range;
  readonly capMs: Range;
  /** Seconds. */
  readonly timeout: Range;
  readonly concurrency: Range;
}

const DAY_MS = 86_400_000;

export const mappingLimits: MappingLimits = {
  maxPerStore: 10_000,
  maxMessages: 256,
  maxFilters: 64,
  maxParameters: 100,
  maxUrl: 2_048,
  maxToken: 1_024,
  maxUsage: 1_000,
  maxAttempts: { min: 1, max: 100 },
  baseMs: { min: 100, max: DAY_MS },
  factor: { min: 1, max: 10 },
  capMs: { min: 100, max: 7 * DAY_MS },
  timeout: { min: 0.1, max: 600 },
  concurrency: { min: 1, max: 1_000 },
};

/**
 * Retries from 5 s on, doubling up to an hour: ten attempts take about 85 minutes. A time-out as long as the protocol allows, and 32
 * attempts at once per endpoint, which many small applications can still bear.
 */
export const defaultOptions: MappingOptionsView = {
  retries_allowed: true,
  max_attempts: 10,
  backoff: { base_ms: 5_000, factor: 2, cap_ms: 3_600_000 },
  timeout: 180,
  success: 'exact_200',
  concurrency: 32,
};
