import { parseEgressPolicy } from '@crossdock/http-client';
import type { ServiceDefinition } from '@crossdock/kit';
import { readSecretKeys, readToken } from '@crossdock/registry';
import { readConfig, type Config, type Env } from './config.ts';

/** The configuration of one service as a process: its own default port, and everything checked that would fail only later. */
export function readServiceConfig(service: ServiceDefinition, env: Env): Config {
  return readConfig(env, { defaultPort: service.defaultPort, required: ['secretKeys'], check: problemsOf });
}

function problemsOf({ secretKeys, adminToken, allowLoopback, egressAllow, egressPorts }: Partial<Config>): readonly string[] {
  const problems: string[] = [];
  if (secretKeys !== undefined) {
    const keys = readSecretKeys(secretKeys);
    if (!keys.ok) problems.push(...keys.problems.map((problem) => `CROSSDOCK_SECRET_KEYS is not usable: ${problem}`));
  }
  if (adminToken !== undefined && readToken(adminToken) === undefined) {
    problems.push('CROSSDOCK_ADMIN_TOKEN is not usable: it needs the form crossdock_<environment>_<8>_<43>_<6 checksum>.');
  }
  if (allowLoopback !== undefined && egressAllow !== undefined && egressPorts !== undefined) {
    const policy = parseEgressPolicy({ allowLoopback, allow: egressAllow, ports: egressPorts });
    if (!policy.ok) problems.push(...policy.problems.map((problem) => `CROSSDOCK_EGRESS_ALLOW is not usable: ${problem}`));
  }
  return problems;
}
