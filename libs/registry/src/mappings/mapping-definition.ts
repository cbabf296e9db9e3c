import type { MappingDefinition, MappingOptions, MappingOptionsView, MappingParameter } from '@crossdock/core';

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

export function optionsOf(options: MappingOptionsView): MappingOptions {
  return {
    retriesAllowed: options.retries_allowed,
    maxAttempts: options.max_attempts,
    backoff: { baseMs: options.backoff.base_ms, factor: options.backoff.factor, capMs: options.backoff.cap_ms },
    timeoutMs: Math.round(options.timeout * 1_000),
    success: options.success,
    concurrency: options.concurrency,
  };
}

export function parametersOf(parameters: MappingDefinition['parameters']): MappingParameter[] {
  return parameters.map((parameter) => (typeof parameter === 'string' ? { name: parameter } : parameter));
}
