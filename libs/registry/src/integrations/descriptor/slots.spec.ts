import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

/** Work that ends when it is told to. */
function piece(slots: Slots, key: string): { readonly ended: Promise<string | undefined>; started: boolean; end: () => void } {
  let end = (): void => undefined;
  const told = new Promise<string>((resolve) => {
    end = () => resolve(key);
  });
  const work = { started: false, end: () => end(), ended: Promise.resolve<string | undefined>(undefined) };
  work.ended = slots.run(key, () => {
    work.started = true;
    return told;
  });
  return work;
}

const slotsOf = (waitMs = 10_000): Slots => new Slots({ total: 3, perKey: 2, waitMs });

it('runs as many at once as there are slots, and as there may be of a key', async () => {
  const slots = slotsOf();
  const work = ['a', 'a', 'a', 'b', 'c'].map((key) => piece(slots, key));
  const started = async (): Promise<readonly boolean[]> => {
    await new Promise(setImmediate);
    return work.map((each) => each.started);
  };
  expect(await started()).toEqual([true, true, false, true, false]);
  // The one before it waits for its key, this one for any slot.
  work[3]?.end();
  expect(await started()).toEqual([true, true, false, true, true]);
  work[0]?.end();
  expect(await started()).toEqual([true, true, true, true, true]);
  for (const { end } of work) end();
  expect(await Promise.all(work.map(({ ended }) => ended))).toEqual(['a', 'a', 'a', 'b', 'c']);
});

it('lets go of whoever waits too long, and their place is nobody else’s loss', async () => {
  const slots = slotsOf(20);
  const first = [piece(slots, 'a'), piece(slots, 'a')];
  const late = piece(slots, 'a');
  expect([await late.ended, late.started]).toEqual([undefined, false]);
  for (const { end } of first) end();
  await Promise.all(first.map(({ ended }) => ended));
  const next = piece(slots, 'a');
  next.end();
  expect(await next.ended).toBe('a');
});

it('frees the slot of work that fails', async () => {
  const slots = new Slots({ total: 1, perKey: 1, waitMs: 10_000 });
  await expect(slots.run('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await slots.run('a', () => Promise.resolve('done'))).toBe('done');
});
