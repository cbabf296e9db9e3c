import { idOf } from '@crossdock/event-log';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { integrationLimits } from '../integrations/integration-limits.ts';
import { Integrations } from '../integrations/integrations.ts';
import { Mappings } from '../mappings/mappings.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';
import { Parameters } from '../parameters/parameters.ts';
import { newId, openRegistry, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';
import { integrationTokenPlace } from './places.ts';
import { rotateSecrets } from './rotate-secrets.ts';
import { SecretBox } from './secret-box.ts';

const key = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const old = new SecretBox([key('old', 1)]);
const both = new SecretBox([key('new', 2), key('old', 1)]);
const fresh = new SecretBox([key('new', 2)]);

let database: TestDatabase;
let open: OpenRegistry;
beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

it('seals everything with the first key, so that the old one can go', async () => {
  const { store } = await open.stores.create('A store');
  const mapping = { url: 'https://example.com', messages: [] };
  const save = async (secrets: SecretBox, name: string): Promise<void> => {
    await new Mappings({ ...testRules, source: open.source, secrets, newId }).create(store.id, {
      ...mapping,
      name: `${name}.x`,
      token: `token ${name}`,
    });
    const integrations = { source: open.source, secrets, newId, limits: integrationLimits, mappings: testRules, onDue: () => undefined };
    await new Integrations(integrations).create(store.id, { name, url: 'https://example.com', token: `token ${name}` });
    await new Parameters({ source: open.source, secrets, newId, limits: parameterLimits }).create(store.id, {
      name,
      value: [name],
      secret: true,
    });
  };
  await save(old, 'a');
  await save(both, 'b');
  const lost = new SecretBox([key('lost', 3)]);
  await new Parameters({ source: open.source, secrets: lost, newId, limits: parameterLimits }).create(store.id, {
    name: 'lost',
    value: 'x',
    secret: true,
  });

  expect(await rotateSecrets(open.database, both)).toEqual({
    resealed: 3,
    current: 3,
    unreadable: [{ id: expect.any(String) as string, kind: 'parameter' }],
  });
  expect(await rotateSecrets(open.database, both)).toMatchObject({ resealed: 0, current: 6 });
  const snapshot = (await open.another({ secrets: fresh }).snapshots([store.id])).get(store.id);
  expect([...(snapshot?.mappings.values() ?? [])].map(({ token = '' }) => token).sort()).toEqual(['token a', 'token b']);
  expect([...(snapshot?.parameters.values() ?? [])].map(({ name, value }) => [name, value])).toEqual(
    expect.arrayContaining([
      ['a', ['a']],
      ['b', ['b']],
    ]),
  );
  expect(snapshot?.parameters.size).toBe(2);
  const sealed = await open.database.query<{ id: string; token: string }>('select id, token from integration order by name');
  expect(sealed.map(({ id, token }) => fresh.open(token, integrationTokenPlace(idOf(id))))).toEqual([
    { ok: true, text: 'token a', current: true },
    { ok: true, text: 'token b', current: true },
  ]);
});
