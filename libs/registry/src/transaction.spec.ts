import { HubError } from '@crossdock/kit';
import type { DataSource, EntityManager } from 'typeorm';
import { expect, it } from 'vitest';
import { inTransaction, reading } from './transaction.ts';

const failing = (code: string, message = 'no'): Error => Object.assign(new Error(message), { code });
/** A source whose transactions are the work alone. */
const source = {
  manager: {},
  transaction: (work: (manager: EntityManager) => Promise<unknown>) => work({} as EntityManager),
} as unknown as DataSource;

it.each(['40P01', '40001'])('begins anew after %s', async (code) => {
  let runs = 0;
  const work = (): Promise<number> => {
    runs += 1;
    return runs < 3 ? Promise.reject(failing(code)) : Promise.resolve(runs);
  };
  expect(await inTransaction(source, work)).toBe(3);
});

it('gives up after six deadlocks', async () => {
  let runs = 0;
  const work = (): Promise<never> => {
    runs += 1;
    return Promise.reject(failing('40P01'));
  };
  await expect(inTransaction(source, work)).rejects.toMatchObject({ code: '40P01' });
  expect(runs).toBe(6);
});

it.each([failing('ECONNREFUSED'), failing('57P01'), failing('', 'Connection terminated unexpectedly')])(
  'says of a lost connection (%s) that it may be tried again',
  async (error) => {
    const expected = new HubError('database_unreachable', 'The database cannot be reached.', { retriable: true, cause: error });
    await expect(reading(source, () => Promise.reject(error))).rejects.toEqual(expected);
    await expect(inTransaction(source, () => Promise.reject(error))).rejects.toMatchObject({
      code: 'database_unreachable',
      retriable: true,
    });
  },
);

it('leaves every other error as it is', async () => {
  const error = failing('23505');
  await expect(reading(source, () => Promise.reject(error))).rejects.toBe(error);
});
