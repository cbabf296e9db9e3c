import type { EmbeddedSecrets } from '../embedded-secrets.ts';

/** As lines of a `.env` file. */
export function secretLines({ secretKeys, adminToken }: EmbeddedSecrets): string {
  return `CROSSDOCK_SECRET_KEYS=${secretKeys}\nCROSSDOCK_ADMIN_TOKEN=${adminToken}\n`;
}
