import { HubError } from '@crossdock/kit';
import type { Adapters } from './adapters.ts';

/** Sees to it that this token may make stores; one that nobody could have made for the purpose is refused. */
export async function ensureAdminToken({ tokens }: Adapters, token: string): Promise<void> {
  const ensured = await tokens.ensureAdminToken(token);
  if (ensured.kind === 'refused') throw new HubError('config_invalid', `CROSSDOCK_ADMIN_TOKEN is not usable: ${ensured.problem}`);
}
