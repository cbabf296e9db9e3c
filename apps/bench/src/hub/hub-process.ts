import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { services, startEmbedded } from '@crossdock/all-in-one';
import { createLogger, messageOf } from '@crossdock/kit';
import { freePort, newToken, readConfig, startAll, superviseEmbeddedPostgres } from '@crossdock/runtime';
import { serve } from '../processes/serve.ts';
import type { HubCalls, StartHub, StartedHub } from './hub-calls.ts';

// The process under test.

let close: () => Promise<void> = () => Promise.resolve();
let session: Session | undefined;

const fatal = (error: unknown): void => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
};

async function startWhole({ dataDir, postgresSettings }: StartHub): Promise<StartedHub> {
  const hub = await startEmbedded({ dataDir, port: 0, postgresSettings, env: { ...brokers }, onFatal: fatal });
  close = () => hub.close();
  return {
    url: hub.url,
    adminToken: hub.secrets.adminToken,
    databaseUrl: hub.postgres.url,
    postmaster: hub.postgres.pid,
    postgresVersion: hub.postgres.version,
  };
}

/** Where records go through Kafka. */
const brokers = { CROSSDOCK_KAFKA_BROKERS: process.env['CROSSDOCK_KAFKA_BROKERS'] };

async function startAcceptOnly({ dataDir, postgresSettings }: StartHub): Promise<StartedHub> {
  const postgres = await superviseEmbeddedPostgres({ dataDir: join(dataDir, 'pg'), settings: postgresSettings });
  close = () => postgres.stop();
  const adminToken = newToken('dev').text;
  const config = readConfig({
    CROSSDOCK_LOG_LEVEL: 'warn',
    CROSSDOCK_DATABASE_URL: postgres.url,
    CROSSDOCK_PORT: String(await freePort(0)),
    CROSSDOCK_SECRET_KEYS: `main:${Buffer.alloc(32, 1).toString('base64')}`,
    CROSSDOCK_ADMIN_TOKEN: adminToken,
    ...brokers,
  });
  const logger = createLogger({ level: config.logLevel, service: 'bench', destination: 2 });
  const api = services.filter(({ front }) => front === 'http');
  const running = await startAll({ config, logger, services: api, soleOwner: true, onFatal: fatal });
  close = async () => {
    await running.close();
    await postgres.stop();
  };
  await running.adapters.projector.stop();
  await running.adapters.tokens.ensureAdminToken(adminToken);
  return { url: running.url, adminToken, databaseUrl: postgres.url, postmaster: postgres.pid, postgresVersion: postgres.version };
}

serve<HubCalls>(
  {
    start: (options) => (options.acceptOnly ? startAcceptOnly(options) : startWhole(options)),
    startProfile: async ({ everyUs }) => {
      session = new Session();
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: everyUs });
      await session.post('Profiler.start');
    },
    stopProfile: async () => {
      const stopped = await session?.post('Profiler.stop');
      session?.disconnect();
      return JSON.stringify(stopped?.profile ?? {});
    },
  },
  () => close(),
);
