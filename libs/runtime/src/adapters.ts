import { hostname } from 'node:os';
import { BatchRunner, ParkedRetry } from '@crossdock/bus';
import { isMessageType, typeAliases } from '@crossdock/contracts';
import type { Clock, DescriptorSource, LogConsumer, NewId, Random } from '@crossdock/core';
import {
  Database,
  Log1764000000001,
  PgCheckpoints,
  PgDueDeliveries,
  PgIdentifiers,
  PgParkedRecords,
  PgQueueLists,
  PgRejectedRecords,
  Projection1764000000003,
  Projector,
  Relay1764000000004,
  WaitingDeliveries1764000000014,
  Work1764000000002,
  Worker,
  databaseDefaults,
  endFormerWorkers,
  ensureProjection,
  intakeDefaults,
  migrate,
  openLog,
  projectorDefaults,
  queueListsDefaults,
  workerDefaults,
  type Migration,
  type OpenLog,
} from '@crossdock/event-log';
import {
  checkUrl,
  createHttpGetter,
  createHttpSender,
  describeRefusal,
  parseEgressPolicy,
  type EgressPolicy,
  type HttpSender,
} from '@crossdock/http-client';
import { HubError, messageOf, objectIds, type Logger } from '@crossdock/kit';
import {
  DescriptionFetcher,
  DescriptionQueue,
  Integrations,
  Integrations1764000000011,
  Mappings,
  Parameters,
  PayloadSchemas1764000000013,
  PgRegistry,
  Registry1764000000010,
  Schedulers,
  SchemaChecks,
  Schemas,
  SecretBox,
  SettingsHistory1764000000012,
  SnapshotChanges1764000000015,
  Stores,
  Tokens,
  defaultOptions,
  descriptionFetcherDefaults,
  descriptionQueueDefaults,
  descriptorSource,
  integrationLimits,
  mappingLimits,
  openRegistrySource,
  parameterLimits,
  readSecretKeys,
  regexCompiler,
  type MappingRules,
  schedulerLimits,
  schemaPatterns,
  schemaStoreLimits,
} from '@crossdock/registry';
import type { DataSource } from 'typeorm';
import { openCarrier } from './carrier.ts';
import type { Config } from './config.ts';
import type { ReadinessCheck } from './probes/readiness-check.ts';

/** In order. Never edited once released: the next change is a new one. */
export const migrations: readonly Migration[] = [
  Log1764000000001,
  Work1764000000002,
  Projection1764000000003,
  Relay1764000000004,
  Registry1764000000010,
  Integrations1764000000011,
  SettingsHistory1764000000012,
  PayloadSchemas1764000000013,
  WaitingDeliveries1764000000014,
  SnapshotChanges1764000000015,
];

/** How often to look for what other processes appended; where there are none, only for what a broken commit left. */
const POLL_MS = 25;
const POLL_ALONE_MS = 200;
const RECENT_EVENTS = 20_000;
const PARTITIONS_EVERY_MS = 600_000;

/** Everything that the services of one process share. Built here and nowhere else. */
export interface Adapters {
  readonly config: Config;
  readonly logger: Logger;
  readonly now: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly database: Database;
  readonly open: OpenLog;
  readonly worker: Worker;
  readonly checkpoints: PgCheckpoints;
  readonly due: PgDueDeliveries;
  readonly identifiers: PgIdentifiers;
  readonly parked: PgParkedRecords;
  readonly rejected: PgRejectedRecords;
  readonly registry: PgRegistry;
  readonly source: DataSource;
  readonly stores: Stores;
  readonly tokens: Tokens;
  readonly mappings: Mappings;
  readonly parameters: Parameters;
  readonly integrations: Integrations;
  readonly descriptions: DescriptionFetcher;
  readonly schedulers: Schedulers;
  readonly schemas: Schemas;
  readonly sender: HttpSender;
  /** What endpoints say of themselves. */
  readonly descriptors: DescriptorSource;
  readonly egress: EgressPolicy;
  readonly lists: PgQueueLists;
  readonly projector: Projector;
  /** What this process needs beside the database. */
  readonly checks: readonly ReadinessCheck[];
  /** A consumer of its own for each service: it is drained with it. */
  consumer(): LogConsumer;
  close(): Promise<void>;
}

/** Applies what is pending; answers the names of the migrations applied. */
export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  return await migrate(config.databaseUrl, migrations);
}

export interface OpenOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** What this process does, for operators. */
  readonly name: string;
  /** Other processes cannot be alive: what they leased is free at once. */
  readonly soleOwner?: boolean;
  /** Services of this process read the log's topics. */
  readonly consumes: boolean;
  /** This process was declared dead, or cannot go on: it must end. */
  readonly onFatal: (error: HubError) => void;
}

/** Opens a migrated database and everything on it. */
export async function openAdapters({ config, logger, name, soleOwner, consumes, onFatal }: OpenOptions): Promise<Adapters> {
  const now: Clock = Date.now;
  const random: Random = Math.random;
  const newId = objectIds(now);
  const onProblem = (error: unknown): void => logger.warn({ event: 'database_problem', err: error }, messageOf(error));
  const egress = egressOf(config);
  const secrets = secretsOf(config);

  const database = new Database({
    ...databaseDefaults,
    url: config.databaseUrl,
    connections: config.databaseConnections,
    name: `crossdock-${name}`,
  });
  const open = await openLog(database, {
    shards: config.shards,
    receivedCacheBytes: config.payloadCacheBytes,
    tail: { pollMs: soleOwner === true ? POLL_ALONE_MS : POLL_MS, recentEvents: RECENT_EVENTS, onProblem },
    intake: { ...intakeDefaults, onProblem },
  });
  await ensureProjection(database, { onProblem });
  if (soleOwner === true) await endFormerWorkers(database);
  const worker = await Worker.register(database, {
    ...workerDefaults,
    name: `${name}@${hostname()}:${process.pid}`,
    onLost: () => onFatal(new HubError('worker_lost', 'This process was declared dead: its leases belong to others now.')),
    onProblem,
  });
  const checkpoints = new PgCheckpoints(database, worker.id);
  const runner = new BatchRunner({ unitOfWork: database, checkpoints, logger, now });
  const parked = new PgParkedRecords(database);
  const parkedRetry = new ParkedRetry({ parked, tail: open.tail, unitOfWork: database, logger });
  const rejected = new PgRejectedRecords(database);
  const carrier = await openCarrier({
    config,
    logger,
    now,
    database,
    open,
    worker: worker.id,
    checkpoints,
    runner,
    parkedRetry,
    rejected,
    consumes,
    onFatal,
  });
  const source = await openRegistrySource({ url: config.databaseUrl });
  const compileRegex = regexCompiler();
  const schemaChecks = new SchemaChecks({ compilePattern: schemaPatterns() });
  const registry = new PgRegistry({
    database,
    secrets,
    compileRegex,
    typeAliases,
    schemaChecks,
    newId,
    onProblem: (problem) => logger.error({ event: 'setting_unusable', ...problem }, 'something that a store has configured cannot be used'),
  });
  const tokens = new Tokens({ database, now: () => performance.now(), environment: config.environment, onError: onProblem });
  const mappingRules: MappingRules = {
    compileRegex,
    isMessageType,
    checkUrl: (url: string) => {
      const checked = checkUrl(url, egress);
      return checked.ok ? { ok: true } : { ok: false, reason: describeRefusal(checked.reason) };
    },
    limits: mappingLimits,
    parameterLimits,
    defaults: defaultOptions,
  };
  const mappings = new Mappings({ ...mappingRules, source, secrets, newId });
  const schedulers = new Schedulers({ source, newId, now, isMessageType, limits: schedulerLimits });
  const schemas = new Schemas({ source, checks: schemaChecks, typeAliases, limits: schemaStoreLimits });
  const parameters = new Parameters({ source, secrets, newId, limits: parameterLimits });
  const sender = createHttpSender({
    policy: egress,
    onRefused: (refusal) => logger.warn({ event: 'egress_refused', ...refusal }, 'a request was not allowed'),
  });
  const descriptors = descriptorSource({ getter: createHttpGetter({ sender }), compileRegex, isMessageType });
  const descriptions = new DescriptionFetcher({
    ...descriptionFetcherDefaults,
    queue: new DescriptionQueue({ ...descriptionQueueDefaults, database, source, mappings: mappingRules, random }),
    descriptors,
    onProblem,
  });
  const integrations = new Integrations({
    source,
    secrets,
    newId,
    limits: integrationLimits,
    mappings: mappingRules,
    onDue: () => descriptions.wake(),
  });
  const projector = new Projector(database, open.tail, { ...projectorDefaults, onProblem });
  const partitions = setInterval(() => void open.partitions.makeAhead(now()).catch(onProblem), PARTITIONS_EVERY_MS);
  partitions.unref();

  return {
    config,
    logger,
    now,
    random,
    newId,
    database,
    open,
    worker,
    checkpoints,
    due: new PgDueDeliveries(database, worker.id),
    identifiers: new PgIdentifiers(),
    parked,
    rejected,
    registry,
    source,
    stores: new Stores({ source, newId, environment: config.environment }),
    tokens,
    mappings,
    parameters,
    integrations,
    descriptions,
    schedulers,
    schemas,
    sender,
    descriptors,
    egress,
    lists: new PgQueueLists(database, queueListsDefaults),
    projector,
    checks: carrier.checks,
    consumer: () => carrier.consumer(),
    close: async () => {
      clearInterval(partitions);
      await carrier.close();
      await open.intake.drain();
      await sender.close();
      await tokens.close();
      registry.close();
      await worker.retire().catch(onProblem);
      open.tail.stop();
      await source.destroy();
      await database.close();
    },
  };
}

function egressOf(config: Config): EgressPolicy {
  const parsed = parseEgressPolicy({ allowLoopback: config.allowLoopback, allow: config.egressAllow, ports: config.egressPorts });
  if (parsed.ok) return parsed.policy;
  throw new HubError('config_invalid', `CROSSDOCK_EGRESS_ALLOW is not usable:\n- ${parsed.problems.join('\n- ')}`);
}

/** The keys that are configured; throws `config_invalid` where there are none that can be used. */
export function secretsOf(config: Config): SecretBox {
  if (config.secretKeys === undefined) {
    throw new HubError(
      'config_invalid',
      'CROSSDOCK_SECRET_KEYS is not set: endpoint tokens are sealed with it. Make one with: echo "main:$(openssl rand -base64 32)"',
    );
  }
  const keys = readSecretKeys(config.secretKeys);
  if (keys.ok) return new SecretBox(keys.keys);
  throw new HubError('config_invalid', `CROSSDOCK_SECRET_KEYS is not usable:\n- ${keys.problems.join('\n- ')}`);
}
