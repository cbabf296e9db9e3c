import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { createDatabase } from '../../../../tools/testing/database.ts';
import { openRegistrySource } from '../registry-source.ts';
import { Registry1764000000010 } from './1764000000010-registry.ts';
import { Integrations1764000000011 } from './1764000000011-integrations.ts';
import { SettingsHistory1764000000012 } from './1764000000012-settings-history.ts';
import { PayloadSchemas1764000000013 } from './1764000000013-payload-schemas.ts';

it('can be undone and done again, and the entities are what it makes', async () => {
  const database = await createDatabase();
  const source = await new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [Registry1764000000010, Integrations1764000000011, SettingsHistory1764000000012, PayloadSchemas1764000000013],
    synchronize: false,
  }).initialize();
  try {
    await source.runMigrations();
    for (let undone = 0; undone < source.migrations.length; undone += 1) await source.undoLastMigration();
    expect(await source.query("select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations'")).toEqual([]);
    await source.runMigrations();
    const registry = await openRegistrySource({ url: database.url });
    const tables = await Promise.all(registry.entityMetadatas.map(async ({ target }) => await registry.manager.find(target)));
    expect(tables).toEqual(registry.entityMetadatas.map(() => []));
    await registry.destroy();
  } finally {
    await source.destroy();
    await database.drop();
  }
});
