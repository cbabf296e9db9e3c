import { lastMember, scanObject } from '@crossdock/core';

/**
 * The store that a push names in its body, read as the push itself will be read: of members of the same name the last one counts.
 * Undefined where there is none, or none that could be a store's.
 */
export function storeInBody(body: unknown): string | undefined {
  if (!Buffer.isBuffer(body)) return undefined;
  const scanned = scanObject(body);
  if (!scanned.ok) return undefined;
  const member = lastMember(scanned.members, 'store_id');
  if (member?.kind !== 'string') return undefined;
  try {
    const store: unknown = JSON.parse(body.toString('utf8', member.valueStart, member.valueEnd));
    return typeof store === 'string' ? store : undefined;
  } catch {
    return undefined;
  }
}
