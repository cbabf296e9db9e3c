import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffJson, type PatchOperation } from './diff.ts';
import { isJsonObject, type JsonValue } from './json-value.ts';

const unbounded = { maxOperations: Infinity, maxValue: 1 << 20, maxText: Infinity };

/** JSON Patch, as the standard has it, for the three operations there are. */
function patched(document: JsonValue, operations: readonly PatchOperation[]): JsonValue {
  let value = structuredClone(document) as unknown;
  for (const { op, path, value: next } of operations) {
    const names = path
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = names.pop();
    if (last === undefined) {
      value = next;
      continue;
    }
    let at = value as Record<string, unknown> | unknown[];
    for (const name of names) at = (Array.isArray(at) ? at[Number(name)] : at[name]) as typeof at;
    if (Array.isArray(at)) at.splice(Number(last), op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [next]));
    else if (op === 'remove') delete at[last];
    else Object.defineProperty(at, last, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return value as JsonValue;
}

const order = { number: 'R1', totals: { order: 10 }, items: [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }] };

it.each<[string, JsonValue, readonly PatchOperation[]]>([
  ['nothing', structuredClone(order), []],
  ['nothing, in another order', { items: order.items, totals: { order: 10.0 }, number: 'R1' }, []],
  ['a value', { ...order, number: 'R2' }, [{ op: 'replace', path: '/number', value: 'R2' }]],
  ['a value deep inside', { ...order, totals: { order: 12 } }, [{ op: 'replace', path: '/totals/order', value: 12 }]],
  [
    'a member more and one less',
    { totals: order.totals, items: order.items, 'a/b~c': null },
    [
      { op: 'remove', path: '/number' },
      { op: 'add', path: '/a~1b~0c', value: null },
    ],
  ],
  ['an item less', { ...order, items: [{ sku: 'A' }, { sku: 'C' }] }, [{ op: 'remove', path: '/items/1' }]],
  [
    'an item more',
    { ...order, items: [{ sku: 'A' }, { sku: 'X' }, { sku: 'B' }, { sku: 'C' }] },
    [{ op: 'add', path: '/items/1', value: { sku: 'X' } }],
  ],
  ['an item', { ...order, items: [{ sku: 'A' }, { sku: 'X' }, { sku: 'C' }] }, [{ op: 'replace', path: '/items/1/sku', value: 'X' }]],
  ['an array for an object', { ...order, totals: [] }, [{ op: 'replace', path: '/totals', value: [] }]],
])('says that %s changed', (_what, after, operations) => {
  expect(diffJson(order, after)).toEqual({ operations, omitted: 0 });
});

it('makes the one of the other', () => {
  const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
  const similar = json.chain((value) =>
    fc.tuple(fc.constant(value), fc.oneof(json, fc.constant(value), fc.constant(isJsonObject(value) ? { ...value, more: 1 } : value))),
  );
  fc.assert(
    fc.property(similar, ([before, after]) => {
      const { operations, omitted } = diffJson(before, after, unbounded);
      fc.pre(operations.every(({ op, value }) => op === 'remove' || value !== undefined));
      expect(omitted).toBe(0);
      expect(JSON.stringify(sorted(patched(before, operations)))).toBe(JSON.stringify(sorted(after)));
    }),
    { numRuns: 1_000 },
  );
});

it('stays bounded and fit to be stored', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`a${n}`, n]));
  const { operations, omitted } = diffJson({}, many);
  expect([operations.length, omitted]).toEqual([50, 150]);
  expect(diffJson({}, { long: 'x'.repeat(300), nul: 'a\0', half: '\ud800', fine: '👟' }).operations).toEqual([
    { op: 'add', path: '/long' },
    { op: 'add', path: '/nul' },
    { op: 'add', path: '/half' },
    { op: 'add', path: '/fine', value: '👟' },
  ]);
  const wide = diffJson({}, { [`\0${'x'.repeat(10_000)}`]: 1 });
  expect(wide.operations[0]?.path).toHaveLength(300);
  expect(JSON.stringify(wide)).not.toContain('\\u0000');
  expect(diffJson({}, Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a${n}`, 'y'.repeat(200)]))).omitted).toBeGreaterThan(10);
});

it('ends soon, however deep and large the documents are', () => {
  const nested = (last: number): JsonValue => {
    let value: JsonValue = [...Array.from({ length: 50_000 }, (_, n) => n), last];
    for (let level = 0; level < 500; level += 1) value = [value];
    return value;
  };
  const before = performance.now();
  expect(diffJson(nested(1), nested(2))).toEqual({ operations: [{ op: 'replace', path: '' }], omitted: 0 });
  expect(performance.now() - before).toBeLessThan(3_000);
});

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
