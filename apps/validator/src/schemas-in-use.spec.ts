import type { Registry, RegisteredSchema } from '@crossdock/core';
import { MemoryRegistry } from '@crossdock/core/memory';
import { openMemoryWorld, storeId } from '@crossdock/core/testing';
import { beforeEach, expect, it } from 'vitest';
import { SchemasInUse } from './schemas-in-use.ts';

const other = '5f00000000000000000000aa';
const schema: RegisteredSchema = { type: 'acme:thing', version: 1, check: () => ({ errors: [], warnings: [] }) };

let now = 1_000;
let registry: MemoryRegistry;
let asked: (readonly string[])[];
let typesOf: (...stores: readonly string[]) => Promise<Readonly<Record<string, readonly string[]>>>;
beforeEach(async () => {
  const { unitOfWork } = (await openMemoryWorld()).one;
  registry = new MemoryRegistry(unitOfWork);
  asked = [];
  const watched: Pick<Registry, 'snapshots'> = {
    snapshots: (stores, tx) => {
      asked.push(stores);
      return registry.snapshots(stores, tx);
    },
  };
  const inUse = new SchemasInUse(watched as Registry, () => now);
  typesOf = async (...stores) => {
    const found = await unitOfWork.run((tx) => inUse.of(stores, tx));
    return Object.fromEntries([...found].map(([store, schemas]) => [store, [...schemas.keys()]]));
  };
});

it('asks for a store without schemas ten times a second at most', async () => {
  for (const at of [0, 50, 99]) {
    now = 1_000 + at;
    expect((await typesOf(storeId))[storeId] ?? []).toEqual([]);
  }
  expect(asked).toEqual([[storeId]]);
  await registry.save(storeId, { schemas: [schema] });
  expect(await typesOf(storeId)).toEqual({});
  now = 1_100;
  expect(await typesOf(storeId)).toEqual({ [storeId]: ['acme:thing'] });
});

it('asks again when the clock was set back', async () => {
  await typesOf(storeId);
  now = 999;
  await registry.save(storeId, { schemas: [schema] });
  expect(await typesOf(storeId)).toEqual({ [storeId]: ['acme:thing'] });
});

it('asks for a store with schemas each time', async () => {
  await registry.save(storeId, { schemas: [schema] });
  for (let n = 0; n < 3; n += 1) expect(await typesOf(storeId, other)).toMatchObject({ [storeId]: ['acme:thing'] });
  expect(asked).toEqual([[storeId, other], [storeId], [storeId]]);
  await registry.save(storeId, { schemas: [] });
  expect(await typesOf(storeId)).toEqual({ [storeId]: [] });
});

it('trusts nothing that it saw in a transaction that did not hold', async () => {
  const { unitOfWork } = (await openMemoryWorld()).one;
  const inUse = new SchemasInUse(
    { snapshots: (stores: readonly string[]) => (asked.push(stores), Promise.resolve(new Map())) } as unknown as Registry,
    () => now,
  );
  const failing = unitOfWork.run(async (tx) => {
    await inUse.of([storeId], tx);
    throw new TypeError('no');
  });
  await expect(failing).rejects.toThrow('no');
  await unitOfWork.run((tx) => inUse.of([storeId], tx));
  expect(asked).toEqual([[storeId], [storeId]]);
});

it('asks for all of them in a transaction that repeats another', async () => {
  await typesOf(storeId);
  const inUse = new SchemasInUse(registry, () => now);
  const repeated = { repeated: true, onCommit: () => undefined };
  expect([...(await inUse.of([storeId], repeated)).keys()]).toEqual([storeId]);
});
