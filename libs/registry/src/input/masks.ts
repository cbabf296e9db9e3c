const MASK = '****';
const LONG_ENOUGH = 12;

/** What people see of a secret: that there is one, and of a long one the end, by which its owner knows it. */
export function masked(secret: string): string {
  return secret.length < LONG_ENOUGH ? MASK : `${MASK}${secret.slice(-4)}`;
}

export const hidden: string = MASK;

/** An answer sent back: it must not become the secret. */
export const isMask = (text: string): boolean => text.startsWith(MASK);
