import type { ParameterType } from '@crossdock/core';

export const PARAMETER_TYPES = ['string', 'integer', 'float', 'boolean', 'list'] as const satisfies readonly ParameterType[];

export interface ParameterLimits {
  readonly maxName: number;
  /** Characters of the value's JSON text. */
  readonly maxValue: number;
  readonly maxPerStore: number;
}

export const parameterLimits: ParameterLimits = { maxName: 255, maxValue: 262_144, maxPerStore: 1_000 };

/** Names are sent and written back as they are, so anything printable without blanks will do. */
export function isParameterName(name: string, limits: ParameterLimits): boolean {
  return name.length > 0 && name.length <= limits.maxName && !/[\s\p{Cc}\p{Cs}]/u.test(name);
}
