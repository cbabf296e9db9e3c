import type { MappingDefinition, MappingOptions, MappingOptionsView, MappingParameter } from '@crossdock/core';

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
