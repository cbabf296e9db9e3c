import type { ParsedFilter } from '../filter/filter.ts';
import type { ParsedIdentifiers } from '../filter/identifiers.ts';
import type { JsonValue } from '../json/json-value.ts';

export interface MappingOptions {
  readonly retriesAllowed: boolean;
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  readonly backoff: { readonly baseMs: number; readonly factor: number; readonly capMs: number };
  readonly timeoutMs: number;
  /** Which status codes are success. */
  readonly success: 'exact_200' | '2xx';
  /** Attempts under way at once, per endpoint. */
  readonly concurrency: number;
}

/** What a mapping sends beside the payload: a store's parameter by name, or a value of its own. */
export type MappingParameter = { readonly name: string } | { readonly name: string; readonly value: JsonValue };

/** The subscription of message types to one service, ready to use: filters parsed, regexes compiled. */
export interface Mapping {
  readonly id: string;
  /** The store's revision that made it what it is. */
  readonly revision: number;
  /** `integration.service`: the consumer. */
  readonly name: string;
  readonly enabled: boolean;
  readonly paused: boolean;
  readonly url: string;
  /** The endpoint's preshared token. */
  readonly token: string | undefined;
  /** Number of the store's endpoint that `url` is. */
  readonly endpoint: number;
  readonly messages: readonly string[];
  readonly filters: readonly ParsedFilter[];
  readonly identifiers: ParsedIdentifiers | undefined;
  readonly parameters: readonly MappingParameter[];
  readonly options: MappingOptions;
}

/** Whether deliveries of the mapping wait: nothing is sent to a mapping that is paused or disabled, and nothing is lost. */
export const holdsDeliveries = ({ enabled, paused }: Pick<Mapping, 'enabled' | 'paused'>): boolean => paused || !enabled;
