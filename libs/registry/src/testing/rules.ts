import { regexCompiler } from '../mappings/compile-regex.ts';
import type { MappingRules } from '../mappings/mapping-input.ts';
import { defaultOptions, mappingLimits } from '../mappings/mapping-limits.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';

/** For specs: the rules as they are by default. The host `private.test` is closed. */
export const testRules: MappingRules = {
  compileRegex: regexCompiler(),
  isMessageType: (name) => /^[a-z]+(:[a-z]+)+$/.test(name),
  checkUrl: (url) => (new URL(url).hostname === 'private.test' ? { ok: false, reason: 'The address is private.' } : { ok: true }),
  limits: mappingLimits,
  parameterLimits,
  defaults: defaultOptions,
};
