import type { CompileRegex } from '@crossdock/core';
import type { DescriptorLimits } from './descriptor-limits.ts';
import type { Findings } from './findings.ts';

export interface DescriptorRules {
  readonly compileRegex: CompileRegex;
  readonly isMessageType: (name: string) => boolean;
  /** Of the endpoint: a file without a name is named after its host, and icons may be relative to it. */
  readonly url: string;
  /** Default: `descriptorLimits`. */
  readonly limits?: DescriptorLimits;
}

/** What every part of the reader needs. */
export interface Reading {
  readonly rules: DescriptorRules;
  readonly limits: DescriptorLimits;
  readonly findings: Findings;
}
