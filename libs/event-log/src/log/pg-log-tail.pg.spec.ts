import { logTailContract } from '@crossdock/core/testing';
import { afterAll, beforeAll } from 'vitest';
import { PgWorlds } from '../testing/pg-world.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

logTailContract('Postgres', () => worlds.open());
logTailContract('Postgres, with hardly anything in memory', () => worlds.open({ recentEvents: 3 }));
