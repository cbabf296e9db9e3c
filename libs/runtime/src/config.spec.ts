import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig, type Env, type ReadOptions } from './config.ts';

const env = { CROSSDOCK_DATABASE_URL: 'postgres://crossdock:hidden@db:5432/crossdock' };

function problemsOf(given: Env, options?: ReadOptions): readonly string[] {
  try {
    readConfig(given, options);
    return [];
  } catch (error) {
    const [head, ...lines] = (error as Error).message.split('\n');
    expect(head).toBe('The configuration is not usable:');
    return lines.map((line) => line.replace(/^- /, ''));
  }
}

it('has a default for everything but the database', () => {
  expect(readConfig(env)).toEqual({
    databaseUrl: env.CROSSDOCK_DATABASE_URL,
    databaseConnections: 24,
    shards: 2,
    host: '127.0.0.1',
    port: 4600,
    maxBodyBytes: 1_048_576,
    environment: 'dev',
    allowLoopback: false,
    egressAllow: [],
    egressPorts: [],
    kafkaBrokers: [],
    kafkaReplication: 1,
    kafkaSsl: false,
    kafkaClientId: 'crossdock',
    kafkaSessionSeconds: 30,
    relay: false,
    payloadCacheBytes: 100_663_296,
    startupSeconds: 30,
    shutdownGraceSeconds: 0,
    shutdownSeconds: 25,
    logLevel: 'info',
  });
});

it('takes what is set, and an empty variable as one that is not', () => {
  const config = readConfig(
    {
      ...env,
      CROSSDOCK_PORT: '',
      CROSSDOCK_KAFKA_BROKERS: 'kafka-1:9092, [::1]:9093',
      CROSSDOCK_KAFKA_REPLICATION: '3',
      CROSSDOCK_KAFKA_SSL: '1',
      CROSSDOCK_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      CROSSDOCK_KAFKA_SASL_USERNAME: 'hub',
      CROSSDOCK_KAFKA_SASL_PASSWORD: 'secret',
      CROSSDOCK_KAFKA_CLIENT_ID: 'hub-1',
      CROSSDOCK_KAFKA_SESSION_SECONDS: '6',
      CROSSDOCK_SHUTDOWN_SECONDS: '9',
    },
    { defaultPort: 4602 },
  );
  expect(config).toMatchObject({
    port: 4602,
    kafkaBrokers: ['kafka-1:9092', '[::1]:9093'],
    kafkaReplication: 3,
    kafkaSsl: true,
    kafkaSaslMechanism: 'scram-sha-512',
    kafkaSaslUsername: 'hub',
    kafkaSaslPassword: 'secret',
    kafkaClientId: 'hub-1',
    kafkaSessionSeconds: 6,
    relay: true,
    shutdownSeconds: 9,
  });
});

it('lets a process hold the relay where there are brokers, unless it is told not to', () => {
  const brokers = { ...env, CROSSDOCK_KAFKA_BROKERS: 'kafka:9092' };
  const relayOf = (given: Env): boolean => readConfig(given).relay;
  expect([
    relayOf(env),
    relayOf({ ...env, CROSSDOCK_RELAY: '1' }),
    relayOf(brokers),
    relayOf({ ...brokers, CROSSDOCK_RELAY: '0' }),
  ]).toEqual([false, false, true, false]);
});

describe('what is wrong', () => {
  it('is reported at once, each with what was found and what is wanted, and no secret is shown', () => {
    const problems = problemsOf(
      {
        CROSSDOCK_DATABASE_URL: 'mysql://root:hidden@db/crossdock',
        CROSSDOCK_PORT: '70000',
        CROSSDOCK_KAFKA_BROKERS: 'kafka',
        CROSSDOCK_KAFKA_SSL: 'maybe',
        CROSSDOCK_KAFKA_SASL_MECHANISM: 'gssapi',
        CROSSDOCK_KAFKA_SASL_PASSWORD: 'hidden',
        CROSSDOCK_RELAY: 'yes',
        CROSSDOCK_SHUTDOWN_SECONDS: '0',
      },
      { required: ['secretKeys'] },
    );
    expect(problems).toEqual([
      'CROSSDOCK_DATABASE_URL is not usable; it needs an address such as postgres://user:password@host:5432/crossdock (Postgres 15 or newer).',
      'CROSSDOCK_PORT is "70000"; it needs a whole number from 0 to 65535 (port that the API listens on).',
      'CROSSDOCK_SECRET_KEYS is not set: keys that seal endpoint tokens, id:base64; the first seals, all open.',
      'CROSSDOCK_KAFKA_BROKERS is "kafka"; it needs host:port, several separated by commas, such as kafka-1:9092,kafka-2:9092 (brokers to begin with, host:port; without any the services read the log in Postgres).',
      'CROSSDOCK_KAFKA_SSL is "maybe"; it needs 1 or 0 (TLS to the brokers).',
      'CROSSDOCK_KAFKA_SASL_MECHANISM is "gssapi"; it needs one of plain, scram-sha-256, scram-sha-512 (how to log in to the brokers: plain, scram-sha-256 or scram-sha-512).',
      'CROSSDOCK_RELAY is "yes"; it needs 1 or 0 (whether this process may publish the log to Kafka, where there are brokers).',
      'CROSSDOCK_SHUTDOWN_SECONDS is "0"; it needs a whole number from 1 to 3600 (how long finishing may take after SIGTERM, the grace not included).',
      'CROSSDOCK_KAFKA_SASL_USERNAME is not set, but CROSSDOCK_KAFKA_SASL_MECHANISM and CROSSDOCK_KAFKA_SASL_PASSWORD are: they go together.',
    ]);
  });

  it.each([
    ['CROSSDOCK_KAFKA_BROKERS', 'kafka:0'],
    ['CROSSDOCK_KAFKA_BROKERS', 'kafka:65536'],
    ['CROSSDOCK_KAFKA_BROKERS', 'kafka:9092,::1:9092'],
    ['CROSSDOCK_KAFKA_BROKERS', 'PLAINTEXT://kafka:9092'],
    ['CROSSDOCK_KAFKA_CLIENT_ID', 'my hub'],
    ['CROSSDOCK_KAFKA_REPLICATION', '1.5'],
    ['CROSSDOCK_ENVIRONMENT', 'Dev'],
  ])('includes %s=%s', (name, value) => {
    expect(problemsOf({ ...env, [name]: value })).toEqual([expect.stringContaining(`${name} is "${value}"; it needs `)]);
  });

  it('includes names that nobody reads', () => {
    expect(problemsOf({ ...env, CROSSDOCK_KAFKA_BROKER: 'kafka:9092' })).toEqual([
      expect.stringMatching(/^CROSSDOCK_KAFKA_BROKER is no setting\. Known are: .*CROSSDOCK_KAFKA_BROKERS/),
    ]);
  });

  it('includes what a check of the whole finds', () => {
    const check: ReadOptions['check'] = ({ port, shards }) => [`Port ${String(port)} and shards ${String(shards)}.`];
    expect(problemsOf({ ...env, CROSSDOCK_PORT: 'x' }, { check })).toEqual([
      expect.stringContaining('CROSSDOCK_PORT is "x"'),
      'Port undefined and shards 2.',
    ]);
  });
});

it('is described with its secrets masked', () => {
  const lines = describeConfig(
    readConfig({
      ...env,
      CROSSDOCK_SECRET_KEYS: 'main:hidden',
      CROSSDOCK_EGRESS_ALLOW: '10.0.0.0/8,erp',
      CROSSDOCK_KAFKA_BROKERS: 'kafka:9092',
    }),
  );
  expect(lines.join('\n')).not.toContain('hidden');
  expect(lines).toEqual(
    expect.arrayContaining([
      'CROSSDOCK_DATABASE_URL=****',
      'CROSSDOCK_SECRET_KEYS=****',
      'CROSSDOCK_ADMIN_TOKEN=',
      'CROSSDOCK_EGRESS_ALLOW=10.0.0.0/8,erp',
      'CROSSDOCK_ALLOW_LOOPBACK=0',
      'CROSSDOCK_RELAY=1',
      'CROSSDOCK_KAFKA_SASL_USERNAME=',
    ]),
  );
});
