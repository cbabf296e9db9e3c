import { LogStrategy } from '@crossdock/bus';
import { NestLogger, type ServiceDefinition } from '@crossdock/kit';
import { Catch, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { throwError, type Observable } from 'rxjs';
import { rootModule } from './adapters-module.ts';
import type { Adapters } from './adapters.ts';

export interface RunningService {
  readonly name: string;
  /** Where it answers, if it does. */
  readonly url: string | undefined;
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
export async function startService(service: ServiceDefinition, adapters: Adapters): Promise<RunningService> {
  const root = rootModule(adapters, service.module);
  const logger = new NestLogger(adapters.logger.child({ service: service.name }));
  if (service.front === 'log') {
    const app = await NestFactory.createMicroservice(root, {
      strategy: new LogStrategy(adapters.consumer(), service.name),
      logger,
      abortOnError: false,
    });
    app.useGlobalFilters(new AsItIs());
    await app.listen();
    return { name: service.name, url: undefined, close: () => app.close() };
  }
  const { host, port, maxBodyBytes } = adapters.config;
  const server = service.server({ maxBodyBytes }) as ConstructorParameters<typeof FastifyAdapter>[0];
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(server), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  await app.listen(port, host);
  return { name: service.name, url: await app.getUrl(), close: () => app.close() };
}
