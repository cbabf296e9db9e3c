import { join, relative } from 'node:path';
import { createLogger, type HubError, type Logger } from '@crossdock/kit';
import {
  ensureAdminToken,
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

export interface HubOptions {
  /** Where everything is kept: made when missing. */
  readonly dataDir: string;
  /** The API's port; the next free one where it is taken. */
  readonly port: number;
  /** Settings over the defaults of this mode; none of the surroundings' count. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly logger?: Logger;
  /** Called when a step begins; answers what to call when it has ended. */
  readonly onStep?: (name: HubStep) => (detail: string, newName?: string) => void;
  readonly onFatal: (error: HubError) => void;
}

export interface EmbeddedOptions extends HubOptions {
  /** Settings of Postgres over the defaults. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  readonly onLog?: (line: string) => void;
}

export type HubStep = 'postgres' | 'migrations' | 'services';

/** A whole Crossdock in this process. */
export interface Hub {
  readonly url: string;
  readonly databaseUrl: string;
  readonly secrets: EmbeddedSecrets;
  readonly config: Config;
  readonly running: RunningServices;
  close(): Promise<void>;
}

/** A whole Crossdock in this process, its Postgres beside it. */
export interface Embedded extends Hub {
  readonly postgres: EmbeddedPostgres;
}

/** Starts the five services on a database that is there. */
export async function startOnDatabase(databaseUrl: string, options: HubOptions & { readonly soleOwner?: boolean }): Promise<Hub> {
  const { dataDir, onStep, onFatal } = options;
  const secrets = await embeddedSecrets(join(dataDir, 'secrets.json'), options.env?.['CROSSDOCK_ENVIRONMENT'] ?? 'dev');
  const config = readConfig({
    CROSSDOCK_ALLOW_LOOPBACK: '1',
    CROSSDOCK_LOG_LEVEL: 'warn',
    CROSSDOCK_SHARDS: '1',
    ...options.env,
    CROSSDOCK_DATABASE_URL: databaseUrl,
    CROSSDOCK_PORT: String(await freePort(options.port)),
    CROSSDOCK_SECRET_KEYS: secrets.secretKeys,
    CROSSDOCK_ADMIN_TOKEN: secrets.adminToken,
  });
  const logger = options.logger ?? createLogger({ level: config.logLevel, service: 'all-in-one', destination: 2 });
  const soleOwner = options.soleOwner === true;
  const running = await startAll({ config, logger, services, soleOwner, onFatal, ...(onStep === undefined ? {} : { onStep }) });
  try {
    await ensureAdminToken(running.adapters, secrets.adminToken);
  } catch (error) {
    await running.close();
    throw error;
  }
  return { url: running.url, databaseUrl, secrets, config, running, close: () => running.close() };
}

/** Starts Postgres in the data directory, then the five services on it; `close` ends them the other way round. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, onStep, onLog, postgresSettings } = options;
  const begun = onStep?.('postgres');
  const postgres = await superviseEmbeddedPostgres({
    dataDir: join(dataDir, 'pg'),
    ...(onLog === undefined ? {} : { onLog }),
    ...(postgresSettings === undefined ? {} : { settings: postgresSettings }),
  });
  begun?.(`127.0.0.1:${postgres.port}   data in ${relative(process.cwd(), dataDir) || '.'}/pg`, `postgres ${postgres.version}`);
  try {
    const hub = await startOnDatabase(postgres.url, { ...options, soleOwner: true });
    const close = async (): Promise<void> => {
      await hub.close();
      await postgres.stop();
    };
    return { ...hub, postgres, close };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
