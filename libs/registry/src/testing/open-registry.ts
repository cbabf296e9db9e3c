import { randomBytes } from 'node:crypto';
import { Database, databaseDefaults, Log1764000000001, migrate, Work1764000000002 } from '@crossdock/event-log';
import type { DataSource } from 'typeorm';
import { regexCompiler } from '../mappings/compile-regex.ts';
import { Registry1764000000010 } from '../migrations/1764000000010-registry.ts';
import { Integrations1764000000011 } from '../migrations/1764000000011-integrations.ts';
import { SettingsHistory1764000000012 } from '../migrations/1764000000012-settings-history.ts';
import { PayloadSchemas1764000000013 } from '../migrations/1764000000013-payload-schemas.ts';
import { SnapshotChanges1764000000015 } from '../migrations/1764000000015-snapshot-changes.ts';
import { openRegistrySource } from '../registry-source.ts';
import { SchemaChecks } from '../schemas/schema-checks.ts';
import { schemaPatterns } from '../schemas/schema-patterns.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { PgRegistry, type PgRegistryOptions } from '../snapshots/pg-registry.ts';
import type { RegistryProblem } from '../snapshots/snapshot-builder.ts';
import { Stores } from '../stores/stores.ts';

export const newId = (): string => randomBytes(12).toString('hex');
export const testSecrets = new SecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]);

const aliases: Readonly<Record<string, readonly string[]>> = {
  'order:updated': ['order:updated', 'order:update'],
  'order:update': ['order:updated', 'order:update'],
};
export const testAliases = (type: string): readonly string[] => aliases[type] ?? [type];

export const testSchemaChecks = new SchemaChecks({ compilePattern: schemaPatterns() });

export interface OpenRegistry {
  readonly database: Database;
  readonly source: DataSource;
  readonly stores: Stores;
  readonly registry: PgRegistry;
  readonly problems: RegistryProblem[];
  /** A second one on the same database, as another process would have. */
  another(options?: Partial<PgRegistryOptions>): PgRegistry;
  close(): Promise<void>;
}

/** For specs: the registry on a fresh database, with its migrations. */
export async function openRegistry(url: string): Promise<OpenRegistry> {
  await migrate(url, [
    Log1764000000001,
    Work1764000000002,
    Registry1764000000010,
    Integrations1764000000011,
    SettingsHistory1764000000012,
    PayloadSchemas1764000000013,
    SnapshotChanges1764000000015,
  ]);
  const database = new Database({ ...databaseDefaults, url, connections: 8 });
  const source = await openRegistrySource({ url });
  const problems: RegistryProblem[] = [];
  const opened: PgRegistry[] = [];
  const another = (options: Partial<PgRegistryOptions> = {}): PgRegistry => {
    const registry = new PgRegistry({
      database,
      secrets: testSecrets,
      compileRegex: regexCompiler(),
      typeAliases: testAliases,
      schemaChecks: testSchemaChecks,
      newId,
      onProblem: (problem) => problems.push(problem),
      ...options,
    });
    opened.push(registry);
    return registry;
  };
  return {
    database,
    source,
    stores: new Stores({ source, newId, environment: 'test' }),
    registry: another(),
    problems,
    another,
    close: async () => {
      for (const registry of opened) registry.close();
      await source.destroy();
      await database.close();
    },
  };
}
