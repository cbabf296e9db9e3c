import { describe, expect, it } from 'vitest';
import { readSecretKeys, SecretBox, type SecretKeys } from './secret-box.ts';

const key = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const box = (...keys: SecretKeys): SecretBox => new SecretBox(keys);

describe('SecretBox', () => {
  it('opens what it sealed, for the place it was sealed for', () => {
    const sealed = box(key('a', 1)).seal('geheim ✓', 'row/column');
    expect(sealed).toMatch(/^v1:a:[\w-]{16}:[\w-]{22}:[\w-]+$/);
    expect(box(key('a', 1)).open(sealed, 'row/column')).toEqual({ ok: true, text: 'geheim ✓', current: true });
  });

  it('seals the same text differently each time', () => {
    const secrets = box(key('a', 1));
    expect(secrets.seal('x', 'p')).not.toBe(secrets.seal('x', 'p'));
  });

  it('does not open a value that was moved to another row or column', () => {
    const secrets = box(key('a', 1));
    expect(secrets.open(secrets.seal('x', 'row 1/token'), 'row 2/token')).toEqual({ ok: false, problem: 'tampered', keyId: 'a' });
  });

  it('does not open a value of which any part was changed', () => {
    const secrets = box(key('a', 1), key('b', 2));
    const parts = secrets.seal('a secret', 'place').split(':');
    for (const part of [2, 3, 4]) {
      const changed = parts.map((text, index) => (index === part ? `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}` : text));
      expect(secrets.open(changed.join(':'), 'place')).toEqual({ ok: false, problem: 'tampered', keyId: 'a' });
    }
    expect(secrets.open(parts.with(1, 'b').join(':'), 'place')).toEqual({ ok: false, problem: 'tampered', keyId: 'b' });
  });

  it('refuses a tag that was cut short', () => {
    const parts = box(key('a', 1)).seal('a secret', 'place').split(':');
    expect(box(key('a', 1)).open(parts.with(3, (parts[3] ?? '').slice(0, 6)).join(':'), 'place')).toEqual({
      ok: false,
      problem: 'not_sealed',
    });
  });

  it('seals with the first key and opens with all of them', () => {
    const old = box(key('old', 1)).seal('x', 'p');
    const rotated = box(key('new', 2), key('old', 1));
    expect(rotated.open(old, 'p')).toEqual({ ok: true, text: 'x', current: false });
    expect(rotated.seal('x', 'p')).toMatch(/^v1:new:/);
    expect(box(key('new', 2)).open(old, 'p')).toEqual({ ok: false, problem: 'key_unknown', keyId: 'old' });
  });

  it.each(['', 'plain text', 'v2:a:b:c:d', 'v1:a', 'v1:a:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAA:AA:AA'])(
    'knows that %j is no sealed value',
    (text) => {
      expect(box(key('a', 1)).open(text, 'p')).toEqual({ ok: false, problem: 'not_sealed' });
    },
  );
});

describe('readSecretKeys', () => {
  it('reads keys in their order', () => {
    const text = `b:${Buffer.alloc(32, 2).toString('base64')}, a:${Buffer.alloc(32, 1).toString('base64')}`;
    expect(readSecretKeys(text)).toEqual({ ok: true, keys: [key('b', 2), key('a', 1)] });
  });

  it('tells every problem, and no key', () => {
    const good = Buffer.alloc(32, 9).toString('base64');
    const short = Buffer.from('too short').toString('base64');
    const read = readSecretKeys(`a:${good},a:${good},b:${short},${good}`);
    expect(read).toEqual({
      ok: false,
      problems: [
        'Secret key "a" is given twice.',
        'Secret key "b" has 9 bytes; 32 are needed. Make one with: openssl rand -base64 32',
        'Secret key 4 has no legal id: write id:base64, the id of letters, digits, - and _.',
      ],
    });
    expect(JSON.stringify(read)).not.toContain(short);
  });

  it('takes no keys for a problem', () => {
    expect(readSecretKeys('')).toEqual({
      ok: false,
      problems: ['Secret key 1 has no legal id: write id:base64, the id of letters, digits, - and _.'],
    });
  });
});
