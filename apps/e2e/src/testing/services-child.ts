import 'reflect-metadata';
import { services } from '@crossdock/all-in-one';
import { Database, databaseDefaults, PgCheckpoints } from '@crossdock/event-log';
import { createLogger } from '@crossdock/kit';
import { readConfig, startAll, stopSignal } from '@crossdock/runtime';

/** What a test asks of the five services on a Postgres of its own. */
export interface ServicesOptions {
  readonly databaseUrl: string;
  readonly adminToken: string;
  readonly secretKeys: string;
  readonly port: number;
  /** A mistake to make on purpose, for a check to find. */
  readonly mistake?: 'checkpoint_before_outputs';
}

/** Moves checkpoints in transactions of their own, which commit before what the handler makes. */
function makeMistake({ databaseUrl }: ServicesOptions): void {
  const own = new Database({ ...databaseDefaults, url: databaseUrl, connections: 4, name: 'crossdock-mistake' });
  const checkpoints = new PgCheckpoints(own, 0);
  const { prototype } = PgCheckpoints;
  const move = prototype.move.bind(checkpoints);
  prototype.move = async (_tx, key, expected, next) => {
    await own.run((tx) => move(tx, key, expected, next));
  };
}

const options = JSON.parse(process.argv[2] ?? '') as ServicesOptions;
if (options.mistake !== undefined) makeMistake(options);
const ended = stopSignal();
const config = readConfig({
  CROSSDOCK_ALLOW_LOOPBACK: '1',
  CROSSDOCK_LOG_LEVEL: 'warn',
  CROSSDOCK_DATABASE_URL: options.databaseUrl,
  CROSSDOCK_PORT: String(options.port),
  CROSSDOCK_SECRET_KEYS: options.secretKeys,
  CROSSDOCK_ADMIN_TOKEN: options.adminToken,
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
