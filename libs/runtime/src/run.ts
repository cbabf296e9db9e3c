import { createLogger, messageOf, pause, within, type Logger, type ServiceDefinition } from '@crossdock/kit';
import { migrateDatabase, openAdapters, type Adapters } from './adapters.ts';
import { ensureAdminToken } from './admin-token.ts';
import { describeConfig, type Config, type Env } from './config.ts';
import { waitForDatabase } from './postgres/wait-for-database.ts';
import { startProbeServer } from './probes/probe-server.ts';
import { ProcessProbes } from './probes/process-probes.ts';
import { readServiceConfig } from './service-config.ts';
import { logLevels } from './settings.ts';
import { readinessOf, startService, type RunningService } from './start-service.ts';

const OK = 0;
const FAILED = 1;
/** After everything is closed nothing should keep the process alive; this long it is given. */
const LINGER_MS = 2_000;

interface Process {
  readonly service: ServiceDefinition;
  readonly config: Config;
  readonly logger: Logger;
  readonly probes: ProcessProbes;
  readonly ended: StopSignal;
}

interface Started {
  readonly running: RunningService;
  readonly adapters: Adapters;
}

/**
 * Runs one service as a process: reads the environment, starts, and ends on SIGTERM or SIGINT, in order. Exit code 0 when it was
 * asked to end and did, 1 for everything else; a second signal ends it at once.
 */
export async function run(service: ServiceDefinition, env: Env): Promise<void> {
  const logger = createLogger({ level: levelOf(env), service: service.name, destination: 1 });
  process.on('uncaughtExceptionMonitor', (error) => logger.fatal({ event: 'service_crashed', err: error }, messageOf(error)));
  const ended = stopSignal();
  try {
    const config = readServiceConfig(service, env);
    logger.info({ event: 'configuration', node: process.versions.node, settings: describeConfig(config) }, 'the configuration in effect');
    const probes = new ProcessProbes({ logger, now: () => performance.now() });
    process.exitCode = await runUntilStopped({ service, config, logger, probes, ended });
  } catch (error) {
    logger.fatal({ event: 'service_failed', err: error }, messageOf(error));
    // For a person at a terminal; a line of JSON is none.
    process.stderr.write(`${service.name}: ${messageOf(error)}\n`);
    process.exitCode = FAILED;
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

async function runUntilStopped(parts: Process): Promise<number> {
  const { service, config, logger, probes, ended } = parts;
  const server = service.front === 'log' ? await startProbeServer(probes, config) : undefined;
  const start = startProcess(parts);
  const started = await Promise.race([start, ended.promise.then(() => undefined)]);
  if (started === undefined) return await giveUpStarting(parts, start);
  logger.info({ event: 'service_ready', url: started.running.url ?? server?.url }, `${service.name} is ready`);
  const fatal = await ended.promise;
  logger.info({ event: 'service_stopping', err: fatal }, `${service.name} stops`);
  const finished = await stopProcess(parts, started);
  await server?.close();
  logger.info({ event: 'service_stopped' }, `${service.name} has stopped`);
  return finished && fatal === undefined ? OK : FAILED;
}

async function startProcess({ service, config, logger, probes, ended }: Process): Promise<Started> {
  probes.starting('the database does not answer yet');
  await waitForDatabase(config.databaseUrl, config.startupSeconds * 1_000);
  probes.starting('migrations are applied');
  const applied = await migrateDatabase(config);
  if (applied.length > 0) logger.info({ event: 'migrations_applied', migrations: applied }, `${applied.length} migrations applied`);
  probes.starting('the service starts');
  const consumes = service.front === 'log';
  const adapters = await openAdapters({ config, logger, name: service.name, consumes, onFatal: (error) => ended.stop(error) });
  if (config.adminToken !== undefined) await ensureAdminToken(adapters, config.adminToken);
  const running = await startService(service, adapters, probes);
  probes.running(readinessOf(adapters, [running]));
  return { running, adapters };
}

/** A signal during the start: nothing has been taken on yet, so nothing has to be finished. */
async function giveUpStarting({ service, logger, ended }: Process, start: Promise<Started>): Promise<never> {
  // It may still fail, which is of no interest any more.
  start.catch(() => undefined);
  const fatal = await ended.promise;
  logger.info({ event: 'start_given_up', err: fatal }, `${service.name} ends before it was ready`);
  process.exit(fatal === undefined ? OK : FAILED);
}

/**
 * Not ready, a grace for load balancers, then no more records and requests; what is under way is finished and committed, and
 * everything is closed. Answers whether that ended in time and without an error.
 */
async function stopProcess({ config, logger, probes }: Process, { running, adapters }: Started): Promise<boolean> {
  probes.stopping();
  await pause(config.shutdownGraceSeconds * 1_000);
  try {
    if (await within(config.shutdownSeconds * 1_000, closeAll(running, adapters))) return true;
    logger.error(
      { event: 'stop_too_slow' },
      `not everything was finished within ${config.shutdownSeconds} s (CROSSDOCK_SHUTDOWN_SECONDS); what is left is done again`,
    );
    process.exit(FAILED);
  } catch (error) {
    logger.error({ event: 'stop_failed', err: error }, messageOf(error));
    return false;
  }
}

async function closeAll(running: RunningService, adapters: Adapters): Promise<void> {
  try {
    await running.close();
  } finally {
    await adapters.close();
  }
}

/** The level that is set, if it is one: what is wrong with it is reported with the rest. */
function levelOf(env: Env): string {
  return logLevels.find((level) => level === env['CROSSDOCK_LOG_LEVEL']) ?? 'info';
}

export interface StopSignal {
  readonly promise: Promise<Error | undefined>;
  stop(error: Error | undefined): void;
}

/** Resolves on the first signal, or with what made going on impossible. A second signal ends the process at once. */
export function stopSignal(): StopSignal {
  let stop: (error: Error | undefined) => void = () => undefined;
  const promise = new Promise<Error | undefined>((resolve) => {
    stop = resolve;
  });
  const onSignal = (): void => {
    process.once('SIGINT', () => process.exit(130));
    process.once('SIGTERM', () => process.exit(143));
    stop(undefined);
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  return { promise, stop };
}
