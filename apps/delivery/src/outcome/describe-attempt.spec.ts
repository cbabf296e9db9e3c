import { expect, it } from 'vitest';
import { describeAttempt, parseAnswer } from './describe-attempt.ts';

const described = (text: string) => {
  const body = Buffer.from(text);
  const result = { kind: 'answered', status: 200, headers: {}, body, durationMs: 1 } as const;
  return describeAttempt({ number: 1, startedAt: 0, url: 'http://erp.example/orders' }, result, parseAnswer(body)).answer?.body;
};

it('keeps of an answer the beginning, with the values of its parameters masked', () => {
  expect(described('{"message_id":"1","parameters":[{"name":"token","value":"secret"}]}')).toBe(
    '{"message_id":"1","parameters":[{"name":"token","value":"••••"}]}',
  );
});

it('keeps the beginning of an answer that nests deeper than JSON.stringify can follow', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(described(`{"parameters":[{"name":"token","value":"secret"}],"other":${deep}}`)).toMatch(
    /^\{"parameters":\[\{"name":"token","value":"••••"\}\],"other":\[+…$/,
  );
});
