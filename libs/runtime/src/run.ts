import { createLogger, messageOf, within, type ServiceDefinition } from '@crossdock/kit';
import { migrateDatabase, openAdapters } from './adapters.ts';
import { ensureAdminToken } from './admin-token.ts';
import { readConfig } from './config.ts';
import { startService } from './start-service.ts';

/** Longer than any step of a shutdown may take. */
const SHUTDOWN_MS = 60_000;

/** Runs one service as a process: reads the environment, starts, and ends on SIGTERM or SIGINT, in order. */
export async function run(service: ServiceDefinition, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const logger = createLogger({ level: env['CROSSDOCK_LOG_LEVEL'] ?? 'info', service: service.name, destination: 1 });
  try {
    const config = readConfig(env);
    await migrateDatabase(config);
    const ended = stopSignal();
    const adapters = await openAdapters({ config, logger, name: service.name, onFatal: (error) => ended.stop(error) });
    if (config.adminToken !== undefined) await ensureAdminToken(adapters, config.adminToken);
    const running = await startService(service, adapters);
    logger.info({ event: 'service_ready', url: running.url }, `${service.name} is ready`);
    const fatal = await ended.promise;
    if (fatal !== undefined) process.exitCode = 1;
    logger.info({ event: 'service_stopping', err: fatal }, `${service.name} stops`);
    if (
      !(await within(
        SHUTDOWN_MS,
        running.close().then(() => adapters.close()),
      ))
    )
      process.exit(1);
  } catch (error) {
    logger.fatal({ event: 'service_failed', err: error }, messageOf(error));
    process.exitCode = 1;
  }
}

/** Resolves on the first signal, or with what made going on impossible. A second signal ends the process at once. */
export function stopSignal(): { readonly promise: Promise<Error | undefined>; stop(error: Error | undefined): void } {
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
