import type { CompileRegex, DescriptorRead, DescriptorSource, Getter } from '@crossdock/core';
import { readDescriptor } from './read-descriptor.ts';
import type { DescriptorLimits } from './descriptor-limits.ts';

export interface DescriptorSourceOptions {
  readonly getter: Getter;
  readonly compileRegex: CompileRegex;
  readonly isMessageType: (name: string) => boolean;
  readonly limits?: DescriptorLimits;
  /** For one endpoint, redirects and second addresses included. Default 10 000 ms. */
  readonly timeoutMs?: number;
  /** Endpoints that are asked at once. Default 8. */
  readonly concurrency?: number;
  /** Of these, at one origin. Default 2. */
  readonly perOrigin?: number;
  /** How long to wait for others to end. Default 30 000 ms. */
  readonly waitMs?: number;
}

/** Fetches `endpoint.json` through the getter and reads it. Never throws, always ends in time. */
export function descriptorSource(options: DescriptorSourceOptions): DescriptorSource {
  return {
    fetch: async (url: string): Promise<DescriptorRead> => {
      const got = await options.getter.get(`${url}/endpoint.json`, options.timeoutMs ?? 10_000);
      return readDescriptor(got.kind === 'answered' ? got.body : '', options);
    },
  };
}
