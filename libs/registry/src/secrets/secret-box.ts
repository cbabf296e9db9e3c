import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** The first key seals, all of them open. */
export type SecretKeys = readonly [SecretKey, ...SecretKey[]];

export type ReadSecretKeys =
  | { readonly ok: true; readonly keys: SecretKeys }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads `id:base64,id:base64`. Problems never repeat key material. */
export function readSecretKeys(text: string): ReadSecretKeys {
  const keys: SecretKey[] = [];
  const problems: string[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0)).trim();
    const key = Buffer.from(entry.slice(colon + 1).trim(), 'base64');
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id))
      problems.push(`Secret key ${index + 1} has no legal id: write id:base64, the id of letters, digits, - and _.`);
    else if (key.length !== KEY_BYTES)
      problems.push(`Secret key "${id}" has ${key.length} bytes; ${KEY_BYTES} are needed. Make one with: openssl rand -base64 32`);
    else if (keys.some((known) => known.id === id)) problems.push(`Secret key "${id}" is given twice.`);
    else keys.push({ id, key });
  }
  const [first, ...rest] = keys;
  return problems.length > 0 || first === undefined ? { ok: false, problems } : { ok: true, keys: [first, ...rest] };
}

export type Opened =
  | { readonly ok: true; readonly text: string; /** The first key sealed it: nothing to rotate. */ readonly current: boolean }
  | { readonly ok: false; readonly problem: 'not_sealed' | 'key_unknown' | 'tampered'; readonly keyId?: string };

/**
 * Seals short secrets for the database: `v1:<key id>:<iv>:<tag>:<ciphertext>`, AES-256-GCM. A sealed value opens only for the
 * place it was sealed for, so that none can be moved to another row or column.
 */
export class SecretBox {
  readonly #first: SecretKey;
  readonly #keys: ReadonlyMap<string, Buffer>;

  constructor(keys: SecretKeys) {
    this.#first = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  /** `place` says where the value will stand, e.g. `<row id>/mapping.token`. */
  seal(text: string, place: string): string {
    const { id, key } = this.#first;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [VERSION, id, ...[iv, cipher.getAuthTag(), sealed].map((bytes) => bytes.toString('base64url'))].join(':');
  }

  open(sealed: string, place: string): Opened {
    const [version, keyId, ...parts] = sealed.split(':');
    const [iv, tag, bytes] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (
      version !== VERSION ||
      keyId === undefined ||
      iv?.length !== IV_BYTES ||
      tag?.length !== TAG_BYTES ||
      bytes === undefined ||
      parts.length !== 3
    ) {
      return { ok: false, problem: 'not_sealed' };
    }
    const key = this.#keys.get(keyId);
    if (key === undefined) return { ok: false, problem: 'key_unknown', keyId };
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(tag);
    try {
      const text = Buffer.concat([decipher.update(bytes), decipher.final()]).toString('utf8');
      return { ok: true, text, current: keyId === this.#first.id };
    } catch {
      return { ok: false, problem: 'tampered', keyId };
    }
  }
}
