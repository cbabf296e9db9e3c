import { expect, it } from 'vitest';
import { SharedAsk } from './shared-ask.ts';

interface Question {
  answer(value: number): void;
  refuse(): void;
}

function open(): { readonly shared: SharedAsk<number>; readonly questions: Question[] } {
  const questions: Question[] = [];
  const shared = new SharedAsk<number>(
    () => new Promise((answer, reject) => questions.push({ answer, refuse: () => reject(new Error('no')) })),
  );
  return { shared, questions };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('asks once for all who come while an answer is under way, and not before that one is there', async () => {
  const { shared, questions } = open();
  const first = shared.ask();
  const others = [shared.ask(), shared.ask(), shared.ask()];
  await settled();
  expect(questions).toHaveLength(1);
  questions[0]?.answer(1);
  expect(await first).toBe(1);
  await settled();
  expect(questions).toHaveLength(2);
  const last = shared.ask();
  questions[1]?.answer(2);
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  await settled();
  expect(questions).toHaveLength(3);
  questions[2]?.answer(3);
  expect(await last).toBe(3);
});

it('asks anew when nothing is under way, also after a refusal', async () => {
  const { shared, questions } = open();
  const first = shared.ask();
  const second = shared.ask();
  questions[0]?.refuse();
  await expect(first).rejects.toThrow('no');
  await settled();
  questions[1]?.answer(2);
  expect(await second).toBe(2);
  const third = shared.ask();
  questions[2]?.answer(3);
  expect(await third).toBe(3);
  expect(questions).toHaveLength(3);
});
