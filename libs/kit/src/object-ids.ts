import { createHash, randomBytes, randomInt } from 'node:crypto';
import { composeId, type Clock, type NewId } from '@crossdock/core';

/** Ids that no other process makes: the random part is drawn once a process, the counter starts anywhere. */
export function objectIds(now: Clock): NewId {
  const random = randomBytes(5).toString('hex');
  let counter = randomInt(0x100_0000);
  return () => {
    counter = (counter + 1) % 0x100_0000;
    return composeId(Math.floor(now() / 1000), random, counter);
  };
}

/** SHA-256 of a text, as hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
