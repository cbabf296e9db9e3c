import { expect, it } from 'vitest';
import { newToken, readToken } from './token-text.ts';

it('makes tokens of one form, each with a secret of its own', () => {
  const tokens = Array.from({ length: 200 }, () => newToken('live'));
  for (const { text, id } of tokens) {
    expect(text).toMatch(/^crossdock_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(text.split('_')[2]).toBe(id);
  }
  expect(new Set(tokens.map(({ text }) => text)).size).toBe(200);
});

it('reads back what it made', () => {
  const token = newToken('test');
  expect(readToken(token.text)).toEqual(token);
});

it('knows a token by its checksum: one changed character makes it none', () => {
  const { text } = newToken('live');
  for (let at = 0; at < text.length; at += 1) {
    const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
    expect(readToken(changed), changed).toBeUndefined();
  }
});

it.each(['', 'secret', 'crossdock_live_x_y_z', `${newToken('live').text}\n`, ` ${newToken('live').text}`, 'x'.repeat(1_000_000)])(
  'takes nothing else for a token',
  (text) => {
    expect(readToken(text)).toBeUndefined();
  },
);
