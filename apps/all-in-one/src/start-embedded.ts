import { join, relative } from 'node:path';
import { HubError, createLogger, type Logger } from '@crossdock/kit';
import {
  freePort,
  readConfig,
  startAll,
  superviseEmbeddedPostgres,
  type Config,
  type EmbeddedPostgres,
  type RunningServices,
} from '@crossdock/runtime';
import { embeddedSecrets, type EmbeddedSecrets } from './embedded-secrets.ts';
import { services } from './services.ts';

export interface EmbeddedOptions {
  /** Where everything is kept: made when missing. */
  readonly dataDir: string;
  /** The API's port; the next free one where it is taken. */
  readonly port: number;
  /** Settings over the defaults of the embedded mode; none of the surroundings' count. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly logger?: Logger;
  /** Settings of Postgres over the defaults. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** Called when a step begins; answers what to call when it has ended. */
  readonly onStep?: (name: EmbeddedStep) => (detail: string, newName?: string) => void;
  readonly onLog?: (line: string) => void;
  readonly onFatal: (error: HubError) => void;
}

export type EmbeddedStep = 'postgres' | 'migrations' | 'services';

/** A whole Crossdock in this process, its Postgres beside it. */
export interface Embedded {
  readonly url: string;
  readonly secrets: EmbeddedSecrets;
  readonly config: Config;
  readonly postgres: EmbeddedPostgres;
  readonly running: RunningServices;
  /** Ends the services, then Postgres. */
  close(): Promise<void>;
}

/** Starts Postgres in the data directory, then the five services on it. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, onStep, onLog, onFatal } = options;
  const environment = options.env?.['CROSSDOCK_ENVIRONMENT'] ?? 'dev';
  const begun = onStep?.('postgres');
  const postgres = await superviseEmbeddedPostgres({
    dataDir: join(dataDir, 'pg'),
    ...(onLog === undefined ? {} : { onLog }),
    ...(options.postgresSettings === undefined ? {} : { settings: options.postgresSettings }),
  });
  begun?.(`127.0.0.1:${postgres.port}   data in ${relative(process.cwd(), dataDir) || '.'}/pg`, `postgres ${postgres.version}`);
  try {
    const secrets = await embeddedSecrets(join(dataDir, 'secrets.json'), environment);
    const config = readConfig({
      CROSSDOCK_ALLOW_LOOPBACK: '1',
      CROSSDOCK_LOG_LEVEL: 'warn',
      CROSSDOCK_SHARDS: '1',
      ...options.env,
      CROSSDOCK_DATABASE_URL: postgres.url,
      CROSSDOCK_PORT: String(await freePort(options.port)),
      CROSSDOCK_SECRET_KEYS: secrets.secretKeys,
      CROSSDOCK_ADMIN_TOKEN: secrets.adminToken,
    });
    const logger = options.logger ?? createLogger({ level: config.logLevel, service: 'all-in-one', destination: 2 });
    const running = await startAll({ config, logger, services, soleOwner: true, onFatal, ...(onStep === undefined ? {} : { onStep }) });
    const admin = await running.adapters.tokens.ensureAdminToken(secrets.adminToken);
    if (admin.kind === 'refused') throw new HubError('config_invalid', `The administrator's token is not usable: ${admin.problem}`);
    const close = async (): Promise<void> => {
      await running.close();
      await postgres.stop();
    };
    return { url: running.url, secrets, config, postgres, running, close };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
