import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import type { ParameterWrite, Registry, RegistryHistory, StoreSnapshot } from '../ports/registry.ts';
import type { UnitOfWork } from '../ports/transaction.ts';
import { range } from './contract-events.ts';

/** A mapping to save: all else about it is as the adapter likes. */
export interface MappingWish {
  /** `integration.service` */
  readonly name: string;
  readonly messages: readonly string[];
  readonly enabled: boolean;
}

/** A registry that has `order:updated` and `order:update` for two names of one type. */
export interface RegistryWorld {
  readonly unitOfWork: UnitOfWork;
  readonly registry: Registry & RegistryHistory;
  /** The same registry as another process has it. */
  readonly other: Registry;
  /** Makes a store without anything; answers its id. */
  createStore(): Promise<string>;
  /** Answers the mapping's id. */
  saveMapping(store: string, wish: MappingWish): Promise<string>;
  removeMapping(store: string, id: string): Promise<void>;
  /** Registers a schema by which `{"good": true}` is good, and anything else has one error; answers its version. */
  saveSchema(store: string, type: string): Promise<number>;
  removeSchema(store: string, type: string): Promise<void>;
  close(): Promise<void>;
}

/** What every Registry does. */
export function registryContract(name: string, open: () => Promise<RegistryWorld>): void {
  describe(`Registry: ${name}`, () => {
    let world: RegistryWorld;
    let store: string;
    beforeEach(async () => {
      world = await open();
      store = await world.createStore();
    });
    afterEach(() => world.close());

    const snapshot = async (id = store, registry: Registry = world.registry): Promise<StoreSnapshot> => {
      const found = (await registry.snapshots([id])).get(id);
      expect(found?.store).toBe(id);
      return found ?? { store: '', revision: -1, mappings: new Map(), subscribed: new Map(), parameters: new Map(), schemas: new Map() };
    };
    const write = (...writes: readonly ParameterWrite[]): ReturnType<Registry['writeParameters']> =>
      world.unitOfWork.run((tx) => world.registry.writeParameters(tx, writes));
    const set = (parameter: string, value: JsonValue, to = store): ParameterWrite => ({ store: to, name: parameter, value });
    const values = ({ parameters }: StoreSnapshot): Readonly<Record<string, readonly [string, JsonValue]>> =>
      Object.fromEntries([...parameters.values()].map(({ name: parameter, dataType, value }) => [parameter, [dataType, value]]));

    it('knows nothing of stores that do not exist', async () => {
      expect(await world.registry.snapshots([])).toEqual(new Map());
      expect([...(await world.registry.snapshots(['5fffffffffffffffffffffff', store])).keys()]).toEqual([store]);
    });

    it('has a store’s mappings by id, and by every name of the types that they want, in the order of their ids', async () => {
      const ids: string[] = [];
      for (const [n, messages] of [['order:new', 'order:updated'], ['order:update'], ['stock:change']].entries()) {
        ids.push(await world.saveMapping(store, { name: `erp.service-${n}`, messages, enabled: n !== 1 }));
      }
      const elsewhere = await world.createStore();
      await world.saveMapping(elsewhere, { name: 'erp.other', messages: ['order:new'], enabled: true });
      const { mappings, subscribed } = await snapshot();
      expect([...mappings.keys()].sort()).toEqual([...ids].sort());
      expect(ids.map((id) => mappings.get(id)?.enabled)).toEqual([true, false, true]);
      const wanting = (type: string): readonly string[] | undefined => subscribed.get(type)?.map(({ id }) => id);
      const both = ids.slice(0, 2).sort();
      expect(wanting('order:new')).toEqual([ids[0]]);
      expect(wanting('order:updated')).toEqual(both);
      expect(wanting('order:update')).toEqual(both);
      expect(wanting('stock:change')).toEqual([ids[2]]);
      expect(wanting('nobody:wants')).toBeUndefined();
    });

    it('has a store’s schemas by every name of their type, until they are removed', async () => {
      await world.saveMapping(store, { name: 'erp.orders', messages: ['order:new'], enabled: true });
      expect((await snapshot()).schemas).toEqual(new Map());
      const version = await world.saveSchema(store, 'order:updated');
      await world.saveSchema(store, 'acme:thing');
      const before = await snapshot();
      expect([...before.schemas.keys()].sort()).toEqual(['acme:thing', 'order:update', 'order:updated']);
      const schema = before.schemas.get('order:update');
      expect([schema, schema?.version]).toEqual([before.schemas.get('order:updated'), version]);
      expect(schema?.check({ good: true }, 13)).toEqual({ errors: [], warnings: [] });
      expect(schema?.check({ good: 1 }, 10).errors).toHaveLength(1);
      await write(set('a', 1));
      expect((await snapshot()).schemas.get('order:update')).toBe(schema);
      await world.removeSchema(store, 'order:updated');
      for (const registry of [world.registry, world.other])
        expect([...(await snapshot(store, registry)).schemas.keys()]).toEqual(['acme:thing']);
      expect((await snapshot()).revision).toBe(before.revision + 2);
      expect([...(await snapshot(await world.createStore())).schemas.keys()]).toEqual([]);
    });

    it('raises the revision with every change, and shows the change to every process', async () => {
      const before = await snapshot();
      await world.saveMapping(store, { name: 'erp.orders', messages: ['order:new'], enabled: true });
      await write(set('a', 1));
      const after = await snapshot();
      expect(after.revision).toBe(before.revision + 2);
      const elsewhere = await snapshot(store, world.other);
      expect([elsewhere.revision, [...elsewhere.mappings.keys()], values(elsewhere)]).toEqual([
        after.revision,
        [...after.mappings.keys()],
        values(after),
      ]);
    });

    it('remembers what was configured at every revision', async () => {
      const { revision } = await snapshot();
      const a = await world.saveMapping(store, { name: 'erp.a', messages: ['order:update'], enabled: true });
      const b = await world.saveMapping(store, { name: 'erp.b', messages: ['order:updated'], enabled: false });
      await write(set('x', 1));
      await world.removeMapping(store, a);
      const at = async (later: number) => {
        const past = await world.registry.atRevision(store, revision + later);
        return (
          past && [past.revision - revision, [...past.mappings.keys()].sort(), past.subscribed.get('order:update')?.map(({ id }) => id)]
        );
      };
      const both = [a, b].sort();
      expect(await Promise.all([0, 1, 2, 3, 4, 5].map(at))).toEqual([
        [0, [], undefined],
        [1, [a], [a]],
        [2, both, both],
        [3, both, both],
        [4, [b], [b]],
        undefined,
      ]);
      expect(await world.registry.atRevision('5fffffffffffffffffffffff', 0)).toBeUndefined();
    });

    it('knows when a mapping was made and removed, by its id and by its name', async () => {
      const { revision } = await snapshot();
      const first = await world.saveMapping(store, { name: 'erp.orders', messages: [], enabled: true });
      await world.removeMapping(store, first);
      const second = await world.saveMapping(store, { name: 'erp.orders', messages: [], enabled: true });
      await world.saveMapping(store, { name: 'erp.orders-2', messages: [], enabled: true });
      const gone = { id: first, name: 'erp.orders', made: revision + 1, removed: revision + 2 };
      const there = { id: second, name: 'erp.orders', made: revision + 3, removed: undefined };
      expect(await world.registry.livesOf(store, 'erp.orders')).toEqual([there, gone]);
      expect(await world.registry.livesOf(store, first)).toEqual([gone]);
      expect(await world.registry.livesOf(store, second)).toEqual([there]);
      expect(await world.registry.livesOf(store, 'erp.nobody')).toEqual([]);
      expect(await world.registry.livesOf(await world.createStore(), 'erp.orders')).toEqual([]);
    });

    it('makes parameters of the type of their first value, and keeps their type', async () => {
      expect(await write(set('text', 'x'), set('count', 3), set('rate', 0.5), set('on', true), set('list', [{ sku: 'A' }]))).toEqual([]);
      expect(await write(set('text', 5), set('count', '12'), set('rate', 2), set('on', 'false'), set('list', []))).toEqual([]);
      expect(values(await snapshot())).toEqual({
        text: ['string', '5'],
        count: ['integer', 12],
        rate: ['float', 2],
        on: ['boolean', false],
        list: ['list', []],
      });
    });

    it('skips what does not fit, says so in a sentence, and writes the rest', async () => {
      await write(set('count', 3));
      const skipped = await write(set('a', 1), set('count', 'many'), set('b', 2), set('count', [4]));
      expect(skipped.map(({ index }) => index)).toEqual([1, 3]);
      for (const { problem } of skipped) expect(problem).toMatch(/^Parameter "count" .+ integer.*\.$/);
      for (const { problem } of skipped) expect(problem).not.toContain('many');
      expect(values(await snapshot())).toEqual({ a: ['integer', 1], b: ['integer', 2], count: ['integer', 3] });
    });

    it('lets the last of several values count, and changes nothing, not even the revision, where nothing is new', async () => {
      await write(set('cursor', 'a'), set('cursor', 'b'), set('other', 1));
      const before = await snapshot();
      expect(values(before)).toEqual({ cursor: ['string', 'b'], other: ['integer', 1] });
      expect(await write(set('cursor', 'b'), set('other', '1'))).toEqual([]);
      expect((await snapshot()).revision).toBe(before.revision);
      expect(await write()).toEqual([]);
    });

    it('keeps stores apart, with one revision more for each that changed', async () => {
      const second = await world.createStore();
      const [a, b] = [await snapshot(), await snapshot(second)];
      await write(set('x', 1), set('x', 2, second), set('y', 3));
      const after = await world.registry.snapshots([store, second]);
      expect([...after.values()].map(({ revision }) => revision)).toEqual([a.revision + 1, b.revision + 1]);
      expect(values(await snapshot())).toEqual({ x: ['integer', 1], y: ['integer', 3] });
      expect(values(await snapshot(second))).toEqual({ x: ['integer', 2] });
    });

    it('shows a transaction its own changes, and nobody else, until it commits', async () => {
      await write(set('x', 1));
      const before = await snapshot();
      const work = world.unitOfWork.run(async (tx) => {
        await world.registry.writeParameters(tx, [set('x', 2), set('new', true)]);
        const own = (await world.registry.snapshots([store], tx)).get(store);
        expect(own?.revision).toBe(before.revision + 1);
        expect(own?.parameters.get('x')?.value).toBe(2);
        expect([values(await snapshot()), values(await snapshot(store, world.other))]).toEqual([
          { x: ['integer', 1] },
          { x: ['integer', 1] },
        ]);
        throw new TypeError('no');
      });
      await expect(work).rejects.toThrow('no');
      const after = await snapshot();
      expect([after.revision, values(after)]).toEqual([before.revision, { x: ['integer', 1] }]);
    });

    it('stands many that write the same parameters at once, in whatever order', async () => {
      const before = await snapshot();
      await Promise.all(
        range(1, 8).map((n) => {
          const writes = range(0, 6).map((p) => set(`p${p}`, n));
          return write(...(n % 2 === 0 ? writes : [...writes].reverse()));
        }),
      );
      const after = await snapshot();
      expect(after.revision).toBe(before.revision + 8);
      const written = Object.values(values(after)).map(([, value]) => value);
      expect(written).toHaveLength(6);
      expect(new Set(written).size).toBe(1);
    });
  });
}
