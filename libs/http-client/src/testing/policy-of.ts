import { HubError } from '@crossdock/kit';
import { parseEgressPolicy, type EgressPolicy, type EgressSettings } from '../guard/egress-policy.ts';

/** The policy of settings that are known to be right. */
export function policyOf(settings: EgressSettings): EgressPolicy {
  const parsed = parseEgressPolicy(settings);
  if (!parsed.ok) throw new HubError('wrong_test_settings', parsed.problems.join(' '));
  return parsed.policy;
}
