import 'reflect-metadata';
import { services } from '@crossdock/all-in-one';
import { KafkaPublisher } from '@crossdock/bus';
import { Database, databaseDefaults, PgCheckpoints } from '@crossdock/event-log';
import { createLogger } from '@crossdock/kit';
import { readConfig, startAll, stopSignal } from '@crossdock/runtime';

/** What a test asks of the five services on a Postgres of its own. */
export interface ServicesOptions {
  readonly databaseUrl: string;
  readonly adminToken: string;
  readonly secretKeys: string;
  readonly port: number;
  /** `host:port` each, where records go through Kafka. */
  readonly brokers?: readonly string[];
  /** A mistake to make on purpose, for a check to find. */
  readonly mistake?: 'checkpoint_before_outputs' | 'moved_before_published';
}

const LATE_MS = 200;

/** Says at once that records are published, and publishes them a moment later: the relay's position is ahead of the topics. */
function publishLate(): void {
  const { prototype } = KafkaPublisher;
  // oxlint-disable-next-line typescript/unbound-method -- It is called with the publisher that it is taken from.
  const { publish } = prototype;
  prototype.publish = function (this: KafkaPublisher, ...args) {
    setTimeout(() => void publish.apply(this, args).catch(() => undefined), LATE_MS);
    return Promise.resolve();
  };
}

/** Moves checkpoints in transactions of their own, which commit before what the handler makes. */
function checkpointFirst({ databaseUrl }: ServicesOptions): void {
  const own = new Database({ ...databaseDefaults, url: databaseUrl, connections: 4, name: 'crossdock-mistake' });
  const checkpoints = new PgCheckpoints(own, 0);
  const { prototype } = PgCheckpoints;
  const move = prototype.move.bind(checkpoints);
  prototype.move = async (_tx, key, expected, next) => {
    await own.run((tx) => move(tx, key, expected, next));
  };
}

const options = JSON.parse(process.argv[2] ?? '') as ServicesOptions;
if (options.mistake === 'checkpoint_before_outputs') checkpointFirst(options);
if (options.mistake === 'moved_before_published') publishLate();
const ended = stopSignal();
const config = readConfig({
  CROSSDOCK_ALLOW_LOOPBACK: '1',
  CROSSDOCK_LOG_LEVEL: 'warn',
  CROSSDOCK_DATABASE_URL: options.databaseUrl,
  CROSSDOCK_PORT: String(options.port),
  CROSSDOCK_SECRET_KEYS: options.secretKeys,
  CROSSDOCK_ADMIN_TOKEN: options.adminToken,
  CROSSDOCK_KAFKA_BROKERS: (options.brokers ?? []).join(','),
  CROSSDOCK_KAFKA_SESSION_SECONDS: '3',
});
const logger = createLogger({ level: config.logLevel, service: 'services', destination: 2 });
const running = await startAll({ config, logger, services, soleOwner: true, onFatal: (error) => ended.stop(error) });
await running.adapters.tokens.ensureAdminToken(options.adminToken);
process.stdout.write(`${JSON.stringify({ api: running.url, admin_token: options.adminToken, database: options.databaseUrl })}\n`);
const fatal = await ended.promise;
if (fatal !== undefined) {
  process.exitCode = 1;
  logger.fatal({ err: fatal }, fatal.message);
}
await running.close();
process.exit();
