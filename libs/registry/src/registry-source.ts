import { DataSource } from 'typeorm';
import { ApiTokenEntity } from './entities/api-token.entity.ts';
import { EndpointEntity } from './entities/endpoint.entity.ts';
import { IntegrationEntity } from './entities/integration.entity.ts';
import { MappingVersionEntity } from './entities/mapping-version.entity.ts';
import { MappingEntity } from './entities/mapping.entity.ts';
import { ParameterVersionEntity } from './entities/parameter-version.entity.ts';
import { ParameterEntity } from './entities/parameter.entity.ts';
import { PayloadSchemaVersionEntity } from './entities/payload-schema-version.entity.ts';
import { PayloadSchemaEntity } from './entities/payload-schema.entity.ts';
import { SchedulerEntity } from './entities/scheduler.entity.ts';
import { StoreEntity } from './entities/store.entity.ts';

export interface RegistrySourceOptions {
  readonly url: string;
  /** Connections at most. People's changes are rare. */
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** Connects TypeORM to the registry's tables, which the migrations have made. Whoever opens it calls `destroy()` in the end. */
export async function openRegistrySource(options: RegistrySourceOptions): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: 'crossdock-registry',
    entities: [
      StoreEntity,
      ApiTokenEntity,
      EndpointEntity,
      IntegrationEntity,
      MappingEntity,
      MappingVersionEntity,
      ParameterEntity,
      ParameterVersionEntity,
      SchedulerEntity,
      PayloadSchemaEntity,
      PayloadSchemaVersionEntity,
    ],
    synchronize: false,
    // A connection that breaks while it is idle is replaced; whoever uses a broken one gets the error.
    poolErrorHandler: () => undefined,
    connectTimeoutMS: options.connectTimeoutMs ?? 5_000,
    extra: {
      max: options.connections ?? 4,
      statement_timeout: options.statementTimeoutMs ?? 10_000,
      idle_in_transaction_session_timeout: 30_000,
      // A quiet registry holds no connections.
      idleTimeoutMillis: 60_000,
    },
  });
  return await source.initialize();
}
