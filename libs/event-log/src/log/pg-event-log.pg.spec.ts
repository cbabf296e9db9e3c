import { eventLogContract } from '@crossdock/core/testing';
import { afterAll, beforeAll } from 'vitest';
import { PgWorlds } from '../../../../tools/testing/pg-world.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

eventLogContract('Postgres', () => worlds.open());
