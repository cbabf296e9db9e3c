import { logConsumerContract } from '@crossdock/core/testing';
import { afterAll, beforeAll } from 'vitest';
import { PgWorlds } from '../../../tools/testing/pg-world.ts';
import { consumerOf } from './testing/consumer-of.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

logConsumerContract('the tail, in Postgres', () => worlds.open(), consumerOf);
