import type { ParameterType } from '@crossdock/core';

export const PARAMETER_TYPES = ['string', 'integer', 'float', 'boolean', 'list'] as const satisfies readonly ParameterType[];

export interface ParameterLimits {
  readonly maxName: number;
  /** Characters of the value's JSON text. */
  readonly maxValue: number;
  readonly maxPerStore: number;
  /** Changes of each parameter that its history holds. */
  readonly maxHistory: number;
  /** Characters of a value's JSON text up to which the history keeps it. */
  readonly maxKeptValue: number;
  /** Removed parameters of a store whose history is kept. */
  readonly maxRemovedPerStore: number;
}

export const parameterLimits: ParameterLimits = {
  maxName: 255,
  maxValue: 262_144,
  maxPerStore: 1_000,
  maxHistory: 100,
  maxKeptValue: 16_384,
  maxRemovedPerStore: 100,
};

/** What the history keeps of a value's JSON text: nothing of a secret, nor of a long one. */
export function keptText(json: string, secret: boolean, limits: ParameterLimits): string | undefined {
  return secret || json.length > limits.maxKeptValue ? undefined : json;
}

/** Names are sent and written back as they are, so anything printable without blanks will do. */
export function isParameterName(name: string, limits: ParameterLimits): boolean {
  return name.length > 0 && name.length <= limits.maxName && !/[\s\p{Cc}\p{Cs}]/u.test(name);
}
