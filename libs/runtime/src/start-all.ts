import { HubError, messageOf, type Logger, type ServiceDefinition } from '@crossdock/kit';
import { migrateDatabase, openAdapters, type Adapters } from './adapters.ts';
import type { Config } from './config.ts';
import { ProcessProbes } from './probes/process-probes.ts';
import { readinessOf, startService, type RunningService } from './start-service.ts';

/** A long step of a start, for whoever shows it: called when it begins, answered with what to call when it has ended. */
export type StepListener = (name: 'migrations' | 'services') => (detail: string) => void;

export interface StartAllOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly services: readonly ServiceDefinition[];
  /** Other processes cannot be alive: what they leased is free. */
  readonly soleOwner: boolean;
  readonly onStep?: StepListener;
  readonly onFatal: (error: HubError) => void;
}

/** Services of one process, over the same adapters. */
export interface RunningServices {
  readonly adapters: Adapters;
  /** Where the API answers; '' without one. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Migrates the database and starts services in this process, the consumers before the API; `close` ends them in reverse, so
 * that nothing new comes in while the rest is finished.
 */
export async function startAll({ config, logger, services, soleOwner, onStep, onFatal }: StartAllOptions): Promise<RunningServices> {
  const migrated = onStep?.('migrations');
  const applied = await migrateDatabase(config);
  migrated?.(applied.length === 0 ? 'none pending' : `${applied.length} applied`);

  const started = onStep?.('services');
  const adapters = await openAdapters({ config, logger, name: 'all-in-one', soleOwner, consumes: true, onFatal });
  const probes = new ProcessProbes({ logger, now: () => performance.now() });
  const running: RunningService[] = [];
  const close = async (): Promise<void> => {
    probes.stopping();
    for (const service of running.toReversed()) {
      await service
        .close()
        .catch((error: unknown) => logger.error({ event: 'stop_failed', service: service.name, err: error }, messageOf(error)));
    }
    await adapters.close();
  };
  try {
    const ordered = [...services.filter(({ front }) => front === 'log'), ...services.filter(({ front }) => front === 'http')];
    for (const service of ordered) running.push(await startService(service, adapters, probes));
    probes.running(readinessOf(adapters, running));
  } catch (error) {
    await close();
    throw error;
  }
  started?.(services.map(({ name }) => name).join('  '));
  return { adapters, url: running.find(({ url }) => url !== undefined)?.url ?? '', close };
}
