import { LogStrategy } from '@crossdock/bus';
import type { LogConsumer } from '@crossdock/core';
import { NestLogger, type ServiceDefinition } from '@crossdock/kit';
import { Catch, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { throwError, type Observable } from 'rxjs';
import { rootModule } from './adapters-module.ts';
import { migrations, type Adapters } from './adapters.ts';
import { consumersCheck, databaseCheck, migrationsCheck, projectionCheck } from './probes/checks.ts';
import { portProblem } from './probes/port-problem.ts';
import type { ProcessProbes } from './probes/process-probes.ts';
import type { Checked, ReadinessCheck } from './probes/readiness-check.ts';

export interface RunningService {
  readonly name: string;
  /** Where it answers, if it does. */
  readonly url: string | undefined;
  /** What feeds it, if that is the log. */
  readonly consumer: LogConsumer | undefined;
  close(): Promise<void>;
}

/** Hands a handler's error to the bus as it is: Nest would turn it into "Internal server error". */
@Catch()
class AsItIs implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Starts one service in a Nest container of its own. */
export async function startService(service: ServiceDefinition, adapters: Adapters, probes: ProcessProbes): Promise<RunningService> {
  const { name } = service;
  const root = rootModule(adapters, service.module, probes);
  const logger = new NestLogger(adapters.logger.child({ service: name }));
  if (service.front === 'log') {
    const consumer = adapters.consumer();
    const app = await NestFactory.createMicroservice(root, { strategy: new LogStrategy(consumer, name), logger, abortOnError: false });
    app.useGlobalFilters(new AsItIs());
    await app.listen();
    return { name, url: undefined, consumer, close: () => app.close() };
  }
  const { host, port, maxBodyBytes } = adapters.config;
  const server = service.server({ maxBodyBytes }) as ConstructorParameters<typeof FastifyAdapter>[0];
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(server), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  try {
    await app.listen(port, host);
  } catch (error) {
    throw portProblem(error, host, port);
  }
  return { name, url: await app.getUrl(), consumer: undefined, close: () => app.close() };
}

/** What a process with these services needs for its work. */
export function readinessOf(adapters: Adapters & Checked, services: readonly RunningService[]): readonly ReadinessCheck[] {
  const consumers = services.flatMap(({ consumer }) => (consumer === undefined ? [] : [consumer]));
  return [
    databaseCheck(adapters.database),
    migrationsCheck(adapters.database, migrations),
    ...(consumers.length === 0 ? [] : [consumersCheck(consumers)]),
    // The projection runs where the lists are read.
    ...(services.some(({ url }) => url !== undefined) ? [projectionCheck(adapters.projector)] : []),
    ...(adapters.checks ?? []),
  ];
}
