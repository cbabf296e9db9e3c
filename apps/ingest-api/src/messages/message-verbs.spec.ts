import { foldDelivery, type DueDelivery, type ParkedRecords } from '@crossdock/core';
import { MemoryRegistry } from '@crossdock/core/memory';
import { accepted, beginning, deliveryId, openMemoryWorld, storeId, type MemoryProcess } from '@crossdock/core/testing';
import { beforeEach, expect, it } from 'vitest';
import { HttpError } from '../http/http-error.ts';
import { MessageVerbs } from './message-verbs.ts';

const row: DueDelivery = {
  delivery: deliveryId,
  shard: 0,
  store: storeId,
  endpoint: 1,
  message: accepted().parent,
  mapping: accepted().mapping,
  version: 1,
  attempt: 0,
  failures: 0,
  dueAt: Number.POSITIVE_INFINITY,
};
const parked: Partial<ParkedRecords> = { requestRetry: () => Promise.resolve(false) };

let hub: MemoryProcess;
let verbs: MessageVerbs;
beforeEach(async () => {
  hub = (await openMemoryWorld(() => beginning)).one;
  const registry = new MemoryRegistry(hub.unitOfWork);
  verbs = new MessageVerbs(hub.unitOfWork, hub.log, hub.due, hub.identifiers, parked as ParkedRecords, registry, () => beginning);
  await hub.unitOfWork.run((tx) => hub.log.append(tx, 0, [{ stream: deliveryId, version: 1, at: beginning, event: accepted() }]));
});
const takeUp = (): Promise<void> => hub.unitOfWork.run((tx) => hub.due.insert(tx, [{ ...row, leased: false }]));
const status = async (): Promise<string> => foldDelivery((await hub.log.load([deliveryId])).get(deliveryId) ?? []).status;
const archive = (): Promise<void> => verbs.perform(storeId, deliveryId, { kind: 'archive', by: 'api' });

it('archives what waits', async () => {
  await takeUp();
  await archive();
  expect([await status(), hub.due.rows()]).toEqual(['archived', []]);
});

it('waits for a delivery that was accepted just now to be taken up', async () => {
  const archived = archive();
  await takeUp();
  await archived;
  expect([await status(), hub.due.rows()]).toEqual(['archived', []]);
});

it('does not wait for ever', async () => {
  await expect(archive()).rejects.toMatchObject(
    new HttpError('state_changed', { detail: 'The delivery is being taken up at this moment. Try again.' }),
  );
  expect(await status()).toBe('pending');
});
