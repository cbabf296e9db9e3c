import type { CompileRegex, DescriptorRead } from '@crossdock/core';
import { descriptorLimits, type DescriptorLimits } from './descriptor-limits.ts';

export interface DescriptorRules {
  readonly compileRegex: CompileRegex;
  readonly isMessageType: (name: string) => boolean;
  /** What the endpoint is called where the file does not say. Default: none, then a file without a name is refused. */
  readonly otherwiseNamed?: string;
  /** Default: `descriptorLimits`. */
  readonly limits?: DescriptorLimits;
}

/** Reads an `endpoint.json` as the field's applications write it. Never throws; everything that is wrong is told at once. */
export function readDescriptor(_bytes: Uint8Array | string, { limits = descriptorLimits }: DescriptorRules): DescriptorRead {
  const hint = `Send an object of at most ${limits.maxServices} services.`;
  return { ok: false, retriable: false, problems: [{ pointer: '', code: 'endpoint_json_invalid', reason: 'It is not read yet.', hint }] };
}
