import { randomBytes } from 'node:crypto';
import { isMessageType, typeAliases } from '@crossdock/contracts';
import type { DescriptorRead, NewestMessages, Received } from '@crossdock/core';
import {
  Database,
  databaseDefaults,
  Log1764000000001,
  migrate,
  PgDueDeliveries,
  WaitingDeliveries1764000000014,
  Work1764000000002,
} from '@crossdock/event-log';
import {
  CLOCK,
  createLogger,
  DUE_DELIVERIES,
  INTEGRATION_STORE,
  LOGGER,
  MAPPING_STORE,
  PARAMETER_STORE,
  QUEUE_LISTS,
  RECEIVED_MESSAGES,
  SCHEDULER_STORE,
  SCHEMA_STORE,
  STORE_DIRECTORY,
  TOKEN_VERIFIER,
} from '@crossdock/kit';
import {
  defaultOptions,
  DescriptionFetcher,
  descriptionFetcherDefaults,
  DescriptionQueue,
  descriptionQueueDefaults,
  integrationLimits,
  Integrations,
  Integrations1764000000011,
  mappingLimits,
  Mappings,
  openRegistrySource,
  parameterLimits,
  Parameters,
  PayloadSchemas1764000000013,
  PgRegistry,
  regexCompiler,
  Registry1764000000010,
  schedulerLimits,
  Schedulers,
  SchemaChecks,
  schemaPatterns,
  Schemas,
  schemaStoreLimits,
  SecretBox,
  SettingsHistory1764000000012,
  Stores,
  Tokens,
} from '@crossdock/registry';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createDatabase } from '../../../../tools/testing/database.ts';
import { StoreAccess } from '../auth/store-access.ts';
import { ErrorFilter } from '../http/error.filter.ts';
import { createServer } from '../http/server.ts';
import { IntegrationsController } from '../integrations/integrations.controller.ts';
import { MappingsController } from '../mappings/mappings.controller.ts';
import { ParametersController } from '../parameters/parameters.controller.ts';
import { SchedulersController } from '../schedulers/schedulers.controller.ts';
import { SchemaEffects } from '../schemas/schema-effects.ts';
import { SchemasController } from '../schemas/schemas.controller.ts';
import { StoresController } from '../stores/stores.controller.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly etag?: string;
}

export interface Call {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiStore {
  readonly id: string;
  readonly token: string;
}

/** For specs: the routes of what stores configure, on a database of their own. */
export interface RegistryApi {
  readonly admin: string;
  readonly database: Database;
  readonly registry: PgRegistry;
  /** What endpoints say of themselves, by URL. */
  readonly descriptions: Map<string, DescriptorRead>;
  /** Messages that came in, by id, the newest last. */
  readonly messages: Map<string, Received>;
  /** `etag` only where there is one. */
  call(method: Method, url: string, call?: Call): Promise<Answer>;
  newStore(name?: string): Promise<ApiStore>;
  close(): Promise<void>;
}

export async function openRegistryApi(): Promise<RegistryApi> {
  const testDatabase = await createDatabase();
  const { url } = testDatabase;
  await migrate(url, [
    Log1764000000001,
    Work1764000000002,
    Registry1764000000010,
    Integrations1764000000011,
    SettingsHistory1764000000012,
    PayloadSchemas1764000000013,
    WaitingDeliveries1764000000014,
  ]);
  const database = new Database({ ...databaseDefaults, url, connections: 4 });
  const source = await openRegistrySource({ url });
  const tokens = new Tokens({ database, now: () => performance.now(), environment: 'test' });
  const newId = (): string => randomBytes(12).toString('hex');
  const secrets = new SecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]);
  const compileRegex = regexCompiler();
  const rules = {
    compileRegex,
    isMessageType,
    checkUrl: () => ({ ok: true }) as const,
    limits: mappingLimits,
    parameterLimits,
    defaults: defaultOptions,
  };
  const descriptions = new Map<string, DescriptorRead>();
  const messages = new Map<string, Received>();
  const fetcher = new DescriptionFetcher({
    ...descriptionFetcherDefaults,
    queue: new DescriptionQueue({ ...descriptionQueueDefaults, database, source, mappings: rules, random: () => 0.5 }),
    descriptors: { fetch: (endpoint) => Promise.resolve(descriptions.get(endpoint) ?? unreached) },
    onProblem: () => undefined,
  });
  const integrations = { source, secrets, newId, limits: integrationLimits, mappings: rules, onDue: () => fetcher.wake() };
  const schemaChecks = new SchemaChecks({ compilePattern: schemaPatterns() });
  const registry = new PgRegistry({ database, secrets, compileRegex, typeAliases, schemaChecks, newId, onProblem: () => undefined });
  const module = await Test.createTestingModule({
    controllers: [
      StoresController,
      IntegrationsController,
      MappingsController,
      ParametersController,
      SchedulersController,
      SchemasController,
    ],
    providers: [
      StoreAccess,
      { provide: APP_FILTER, useClass: ErrorFilter },
      { provide: LOGGER, useValue: createLogger({ level: 'silent', service: 'test', destination: 2 }) },
      { provide: TOKEN_VERIFIER, useValue: tokens },
      { provide: STORE_DIRECTORY, useValue: new Stores({ source, newId, environment: 'test' }) },
      { provide: MAPPING_STORE, useValue: new Mappings({ ...rules, source, secrets, newId }) },
      { provide: INTEGRATION_STORE, useValue: new Integrations(integrations) },
      { provide: DUE_DELIVERIES, useValue: new PgDueDeliveries(database, 0) },
      { provide: PARAMETER_STORE, useValue: new Parameters({ source, secrets, newId, limits: parameterLimits }) },
      SchemaEffects,
      { provide: CLOCK, useValue: Date.now },
      {
        provide: QUEUE_LISTS,
        useValue: {
          newestMessages: (_store: string, types: readonly string[], last: number) => Promise.resolve(newestOf(messages, types, last)),
        },
      },
      {
        provide: RECEIVED_MESSAGES,
        useValue: {
          get: (ids: readonly string[]) =>
            Promise.resolve(
              new Map(
                ids.flatMap((id) => {
                  const found = messages.get(id);
                  return found === undefined ? [] : [[id, found] as const];
                }),
              ),
            ),
        },
      },
      { provide: SCHEMA_STORE, useValue: new Schemas({ source, checks: schemaChecks, typeAliases, limits: schemaStoreLimits }) },
      { provide: SCHEDULER_STORE, useValue: new Schedulers({ source, newId, now: Date.now, isMessageType, limits: schedulerLimits }) },
    ],
  }).compile();
  const server = createServer({ maxBodyBytes: 100_000 }) as unknown as ConstructorParameters<typeof FastifyAdapter>[0];
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(server), { bodyParser: false, logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  fetcher.start();
  const ensured = await tokens.ensureAdminToken();
  const admin = ensured.kind === 'created' ? ensured.token : '';

  const call = async (method: Method, path: string, { token, body, headers }: Call = {}): Promise<Answer> => {
    const answer = await app.inject({
      method,
      url: path,
      headers: {
        ...(token === undefined ? {} : { 'x-augury-token': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { etag } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.body === '' ? '' : (JSON.parse(answer.body) as unknown),
      ...(etag === undefined ? {} : { etag }),
    };
  };
  return {
    admin,
    database,
    registry,
    descriptions,
    messages,
    call,
    newStore: async (name = 'A store') => (await call('POST', '/api/stores', { token: admin, body: { name } })).body as ApiStore,
    close: async () => {
      await app.close();
      await fetcher.stop();
      registry.close();
      await tokens.close();
      await source.destroy();
      await database.close();
      await testDatabase.drop();
    },
  };
}

function newestOf(messages: ReadonlyMap<string, Received>, types: readonly string[], last: number): NewestMessages {
  const found = [...messages].filter(([, { event }]) => types.includes(event.message)).reverse();
  return { messages: found.slice(0, last).map(([id, { event, at }]) => ({ id, message: event.message, createdAt: at })), bounded: false };
}

const unreached: DescriptorRead = {
  ok: false,
  retriable: false,
  problems: [{ pointer: '', code: 'integration_unreachable', reason: 'Nobody is there.', hint: 'Start it.' }],
};
