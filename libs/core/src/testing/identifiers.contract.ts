import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdentifierClaim } from '../ports/identifiers.ts';
import { range, streamOf } from './contract-events.ts';
import type { OpenWorld, World, WorldProcess } from './world.ts';

const erp = '5f00000000000000000000aa';
const shop = '5f00000000000000000000bb';

/** What all Identifiers do. */
export function identifiersContract(name: string, open: OpenWorld): void {
  describe(`Identifiers: ${name}`, () => {
    let world: World;
    let one: WorldProcess;
    let two: WorldProcess;
    beforeEach(async () => {
      world = await open();
      ({ one, two } = world);
    });
    afterEach(() => world.close());

    const wish = (key: string, delivery: number, mapping = erp): IdentifierClaim => ({ mapping, key, delivery: streamOf(delivery) });
    const claim = (claims: readonly IdentifierClaim[], process = one): Promise<readonly string[]> =>
      process.unitOfWork.run((tx) => process.identifiers.claim(tx, claims));
    const release = (...deliveries: readonly number[]): Promise<void> =>
      one.unitOfWork.run((tx) =>
        one.identifiers.release(
          tx,
          deliveries.map((n) => streamOf(n)),
        ),
      );

    it('gives free values to whom asks first, and names the holder ever after', async () => {
      expect(await claim([wish('["R1"]', 1)])).toEqual([streamOf(1)]);
      expect(await claim([wish('["R1"]', 2), wish('["R2"]', 3), wish('["R1"]', 1)], two)).toEqual([streamOf(1), streamOf(3), streamOf(1)]);
      expect(await claim([])).toEqual([]);
    });

    it('tells who holds values, and claims nothing', async () => {
      await claim([wish('a', 1), wish('b', 2), wish('a', 3, shop)]);
      const holders = (...keys: readonly string[]): Promise<readonly (string | undefined)[]> =>
        two.unitOfWork.run((tx) =>
          two.identifiers.holders(
            tx,
            keys.map((key) => ({ mapping: erp, key })),
          ),
        );
      expect(await holders('b', 'c', 'a', 'b')).toEqual([streamOf(2), undefined, streamOf(1), streamOf(2)]);
      expect(await holders()).toEqual([]);
      expect(await claim([wish('c', 4)])).toEqual([streamOf(4)]);
    });

    it('decides within a batch in the order of its claims', async () => {
      const claims = [wish('b', 9), wish('a', 7), wish('b', 2), wish('a', 1), wish('b', 9)];
      expect(await claim(claims)).toEqual([9, 7, 9, 7, 9].map((n) => streamOf(n)));
    });

    it('keeps mappings apart, and keys of any length and kind', async () => {
      const keys = ['', ' ', '["a","b"]', '["a,b"]', 'é', 'e\u0301', '\u0000', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`];
      const claims = keys.flatMap((key, index) => [wish(key, 2 * index), wish(key, 2 * index + 1, shop)]);
      expect(await claim(claims)).toEqual(claims.map(({ delivery }) => delivery));
      expect(await claim(keys.map((key) => wish(key, 99)))).toEqual(keys.map((_, index) => streamOf(2 * index)));
    });

    it('frees all that a delivery holds, and nothing else', async () => {
      await claim([wish('a', 1), wish('b', 1), wish('a', 1, shop), wish('c', 2), wish('d', 3)]);
      await release(1, 3, 77);
      await release();
      const again = [wish('a', 5), wish('b', 5), wish('a', 5, shop), wish('c', 5), wish('d', 5)];
      expect(await claim(again)).toEqual([5, 5, 5, 2, 5].map((n) => streamOf(n)));
    });

    it('claims and frees with the transaction, or not at all', async () => {
      await claim([wish('held', 1)]);
      const work = one.unitOfWork.run(async (tx) => {
        await one.identifiers.claim(tx, [wish('new', 2)]);
        await one.identifiers.release(tx, [streamOf(1)]);
        throw new TypeError('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(await claim([wish('held', 3), wish('new', 3)], two)).toEqual([streamOf(1), streamOf(3)]);
    });

    it('sees in a transaction what the same transaction freed', async () => {
      await claim([wish('a', 1)]);
      const holders = await one.unitOfWork.run(async (tx) => {
        await one.identifiers.release(tx, [streamOf(1)]);
        return await one.identifiers.claim(tx, [wish('a', 2)]);
      });
      expect(holders).toEqual([streamOf(2)]);
    });

    it('names one holder to all that claim the same values at once, in whatever order', async () => {
      const keys = range(0, 20).map((n) => `key ${n}`);
      const answers = await Promise.all(
        range(0, 8).map((claimer) => {
          const order = claimer % 2 === 0 ? keys : [...keys].reverse();
          const claims = order.map((key, index) => wish(key, 100 * (claimer + 1) + index));
          return claim(claims, claimer % 2 === 0 ? one : two).then((holders) => new Map(order.map((key, index) => [key, holders[index]])));
        }),
      );
      const [first] = answers;
      for (const answer of answers) expect(answer).toEqual(first);
    });
  });
}
