import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from './allocate.ts';

const entry = fc.record({
  endpoint: fc.integer({ min: 1, max: 40 }),
  store: fc.constantFrom('a', 'b', 'c'),
  free: fc.integer({ min: 0, max: 40 }),
});
const entries = fc.uniqueArray(entry, { selector: (item) => item.endpoint, maxLength: 20 });

describe('allocate', () => {
  it('gives a store with one endpoint as much as a store with many', () => {
    const many = Array.from({ length: 10 }, (_, index) => ({ endpoint: index + 1, store: 'many', free: 32 }));
    const dealt = allocate([...many, { endpoint: 99, store: 'one', free: 32 }], 40);
    expect(dealt.find(({ endpoint }) => endpoint === 99)?.limit).toBe(20);
  });

  it('never gives an endpoint more than it has free, nor more than there is, and leaves nothing that somebody could use', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 200 }), (hungry, total) => {
        const dealt = new Map(allocate(hungry, total).map(({ endpoint, limit }) => [endpoint, limit]));
        const sum = [...dealt.values()].reduce((all, limit) => all + limit, 0);
        const wanted = hungry.reduce((all, { free }) => all + free, 0);
        expect(sum).toBe(Math.min(total, wanted));
        for (const { endpoint, free } of hungry) expect(dealt.get(endpoint) ?? 0).toBeLessThanOrEqual(free);
      }),
    );
  });
});
