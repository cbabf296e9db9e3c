import { brokers, integer, label, list, oneOf, ports, postgresUrl, text, word, yesNo, type Problem } from './setting-values.ts';

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** Everything that can be configured. Read once, in the composition root; nothing else looks at the environment. */
export interface Config {
  readonly databaseUrl: string;
  readonly databaseConnections: number;
  /** Shards of a new log. */
  readonly shards: number;
  /** Where the API listens, or where a service without one answers its probes. */
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  readonly adminToken: string | undefined;
  /** Part of every new token: where it belongs. */
  readonly environment: string;
  /** `id:base64,…`: the first seals, all open. */
  readonly secretKeys: string | undefined;
  readonly allowLoopback: boolean;
  readonly egressAllow: readonly string[];
  readonly egressPorts: readonly number[];
  /** `host:port`; without any the services read the log itself. */
  readonly kafkaBrokers: readonly string[];
  readonly kafkaReplication: number;
  readonly kafkaSsl: boolean;
  readonly kafkaSaslMechanism: SaslMechanism | undefined;
  readonly kafkaSaslUsername: string | undefined;
  readonly kafkaSaslPassword: string | undefined;
  readonly kafkaClientId: string;
  /** A consumer that the brokers have not heard of for so long is taken for dead. */
  readonly kafkaSessionSeconds: number;
  /** This process may publish the log to Kafka. Never true without brokers. */
  readonly relay: boolean;
  /** Payload bytes that are kept in memory for the steps after the push, parsed copies included. */
  readonly payloadCacheBytes: number;
  readonly startupSeconds: number;
  readonly shutdownGraceSeconds: number;
  readonly shutdownSeconds: number;
  readonly logLevel: LogLevel;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** How the variables are grouped where they are shown. */
export type SettingGroup = 'Database' | 'API' | 'Secrets' | 'Endpoints' | 'Kafka' | 'Process';

export interface Setting<T> {
  readonly name: string;
  readonly group: SettingGroup;
  /** What it is, in a few words. */
  readonly about: string;
  /** More, for the documentation. */
  readonly more?: string;
  /** The text it has when nothing is set; `undefined` for none. */
  readonly fallback: string | undefined;
  readonly secret?: boolean;
  parse(text: string): T | Problem;
}

/** In the order in which they are shown. */
export const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  databaseUrl: {
    name: 'CROSSDOCK_DATABASE_URL',
    group: 'Database',
    about: 'Postgres 15 or newer',
    more: 'Such as `postgres://user:password@host:5432/crossdock`. The user owns the database, or may create tables in it: migrations, and partitions ahead of each day.',
    fallback: undefined,
    secret: true,
    parse: postgresUrl,
  },
  databaseConnections: {
    name: 'CROSSDOCK_DATABASE_CONNECTIONS',
    group: 'Database',
    about: 'connections of one process',
    more: 'For transactions; a third as many again for single statements, and a few for the registry. See [sizing](sizing.md).',
    fallback: '24',
    parse: integer(4, 500),
  },
  shards: {
    name: 'CROSSDOCK_SHARDS',
    group: 'Database',
    about: 'shards of a new log',
    more: 'Counts once, when the log is made: a log keeps its shards. With Kafka a shard is a partition of each topic, and so the bound for the instances of a service that work at the same time.',
    fallback: '2',
    parse: integer(1, 64),
  },
  host: {
    name: 'CROSSDOCK_HOST',
    group: 'API',
    about: 'address that the API and the probes listen on',
    more: 'In a container: `0.0.0.0`, for its network is its own.',
    fallback: '127.0.0.1',
    parse: text,
  },
  port: {
    name: 'CROSSDOCK_PORT',
    group: 'API',
    about: 'port that the API listens on',
    more: 'Services without an API answer their probes there. Its default is 4600 for `ingest-api`, 4601 for `validator`, 4602 for `router`, 4603 for `delivery` and 4604 for `notifications`; 0 takes a free one.',
    fallback: '4600',
    parse: integer(0, 65_535),
  },
  maxBodyBytes: {
    name: 'CROSSDOCK_MAX_BODY_BYTES',
    group: 'API',
    about: 'largest request body, bytes',
    fallback: String(1 << 20),
    parse: integer(1_024, 64 << 20),
  },
  adminToken: {
    name: 'CROSSDOCK_ADMIN_TOKEN',
    group: 'Secrets',
    about: 'the token that may make stores',
    more: 'Only `ingest-api` needs it: it sees to it that this token is an administrator’s.',
    fallback: undefined,
    secret: true,
    parse: text,
  },
  environment: {
    name: 'CROSSDOCK_ENVIRONMENT',
    group: 'Secrets',
    about: 'a word in new tokens',
    more: 'So that a token found somewhere says where it belongs.',
    fallback: 'dev',
    parse: word,
  },
  secretKeys: {
    name: 'CROSSDOCK_SECRET_KEYS',
    group: 'Secrets',
    about: 'keys that seal endpoint tokens, id:base64; the first seals, all open',
    more: 'Every service needs them, the same ones. To change keys, put the new one first and leave the old ones behind it, start the services with both, and run `npm run rotate`: then no secret needs the old ones any more.',
    fallback: undefined,
    secret: true,
    parse: text,
  },
  allowLoopback: {
    name: 'CROSSDOCK_ALLOW_LOOPBACK',
    group: 'Endpoints',
    about: 'endpoints on this machine: for development',
    fallback: '0',
    parse: yesNo,
  },
  egressAllow: {
    name: 'CROSSDOCK_EGRESS_ALLOW',
    group: 'Endpoints',
    about: 'inside addresses, ranges and names that endpoints may have',
    more: 'Everything that is not public is refused unless it is here: `10.1.0.0/16,erp.internal`.',
    fallback: '',
    parse: list,
  },
  egressPorts: {
    name: 'CROSSDOCK_EGRESS_PORTS',
    group: 'Endpoints',
    about: 'ports below 1024 that endpoints may have beside 80 and 443',
    fallback: '',
    parse: ports,
  },
  kafkaBrokers: {
    name: 'CROSSDOCK_KAFKA_BROKERS',
    group: 'Kafka',
    about: 'brokers to begin with, host:port; without any the services read the log in Postgres',
    more: 'Several separated by commas. The same for every process of one hub.',
    fallback: '',
    parse: brokers,
  },
  kafkaReplication: {
    name: 'CROSSDOCK_KAFKA_REPLICATION',
    group: 'Kafka',
    about: 'copies of each partition of a new topic',
    more: 'Topics that exist keep theirs. 3 on a cluster of three or more.',
    fallback: '1',
    parse: integer(1, 15),
  },
  kafkaSsl: {
    name: 'CROSSDOCK_KAFKA_SSL',
    group: 'Kafka',
    about: 'TLS to the brokers',
    more: 'An authority of your own is trusted by Node’s `NODE_EXTRA_CA_CERTS`.',
    fallback: '0',
    parse: yesNo,
  },
  kafkaSaslMechanism: {
    name: 'CROSSDOCK_KAFKA_SASL_MECHANISM',
    group: 'Kafka',
    about: 'how to log in to the brokers: plain, scram-sha-256 or scram-sha-512',
    fallback: undefined,
    parse: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
  },
  kafkaSaslUsername: {
    name: 'CROSSDOCK_KAFKA_SASL_USERNAME',
    group: 'Kafka',
    about: 'user of the brokers',
    fallback: undefined,
    parse: text,
  },
  kafkaSaslPassword: {
    name: 'CROSSDOCK_KAFKA_SASL_PASSWORD',
    group: 'Kafka',
    about: 'password of that user',
    fallback: undefined,
    secret: true,
    parse: text,
  },
  kafkaClientId: {
    name: 'CROSSDOCK_KAFKA_CLIENT_ID',
    group: 'Kafka',
    about: 'name that brokers see in their logs and quotas',
    fallback: 'crossdock',
    parse: label,
  },
  kafkaSessionSeconds: {
    name: 'CROSSDOCK_KAFKA_SESSION_SECONDS',
    group: 'Kafka',
    about: 'how long a consumer may be silent before its partitions go to others',
    more: 'Brokers allow 6 to 1800 unless they are told otherwise (`group.min.session.timeout.ms`). Shorter is sooner taken over after a crash, and sooner taken for dead under load.',
    fallback: '30',
    parse: integer(1, 1_800),
  },
  relay: {
    name: 'CROSSDOCK_RELAY',
    group: 'Kafka',
    about: 'whether this process may publish the log to Kafka, where there are brokers',
    more: 'One process holds a shard at a time and another takes over when it is gone, so leave it on where you can.',
    fallback: '1',
    parse: yesNo,
  },
  payloadCacheBytes: {
    name: 'CROSSDOCK_PAYLOAD_CACHE_BYTES',
    group: 'Process',
    about: 'memory for payloads under way',
    fallback: String(96 << 20),
    parse: integer(1 << 20, 16 * 2 ** 30),
  },
  startupSeconds: {
    name: 'CROSSDOCK_STARTUP_SECONDS',
    group: 'Process',
    about: 'how long a start waits for the database',
    more: 'Then the process ends with exit code 1, for whoever supervises it to start it again.',
    fallback: '30',
    parse: integer(1, 3_600),
  },
  shutdownGraceSeconds: {
    name: 'CROSSDOCK_SHUTDOWN_GRACE_SECONDS',
    group: 'Process',
    about: 'between "not ready" and the end of taking requests, for load balancers to notice',
    fallback: '0',
    parse: integer(0, 300),
  },
  shutdownSeconds: {
    name: 'CROSSDOCK_SHUTDOWN_SECONDS',
    group: 'Process',
    about: 'how long finishing may take after SIGTERM, the grace not included',
    more: 'What is not finished by then is done again by another process.',
    fallback: '25',
    parse: integer(1, 3_600),
  },
  logLevel: {
    name: 'CROSSDOCK_LOG_LEVEL',
    group: 'Process',
    about: 'what is logged: trace, debug, info, warn, error, silent',
    more: 'One JSON object a line, on standard output.',
    fallback: 'info',
    parse: oneOf(...logLevels),
  },
};

/** The settings with their keys. */
export const settingEntries = Object.entries(settings) as unknown as readonly (readonly [keyof Config, Setting<unknown>])[];

/** Names of the variables that a service reads. */
export const settingNames: readonly string[] = settingEntries.map(([, { name }]) => name);

/** Variables that belong to the tools of the repository; services leave them alone. */
export const toolSettings: readonly { readonly name: string; readonly fallback: string; readonly about: string }[] = [
  {
    name: 'CROSSDOCK_DATA',
    fallback: '.crossdock',
    about: 'folder of the embedded database and secrets, for `npm start`, `npm run rebuild` and `npm run verify`',
  },
  { name: 'CROSSDOCK_TEST_POSTGRES_URL', fallback: '', about: 'tests: a server to use instead of an embedded one' },
  { name: 'CROSSDOCK_REQUIRE_KAFKA', fallback: '', about: 'tests: 1 makes a missing Kafka a failure instead of a skip' },
];
