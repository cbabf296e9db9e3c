import type { Type } from '@nestjs/common';

/** Bounds of the HTTP server. */
export interface HttpLimits {
  readonly maxBodyBytes: number;
}

/** What every service has. */
interface ServiceFacts {
  /** The consumer group, wherever it runs. */
  readonly name: string;
  readonly module: Type;
  /** Where the API, or only the probes, answer in a process of its own unless CROSSDOCK_PORT says otherwise. */
  readonly defaultPort: number;
}

/**
 * A service, as its app exports it. The runtime gives it a Nest container of its own, with the adapters behind the tokens of
 * this library, and either HTTP or the log in front of it.
 */
export type ServiceDefinition =
  | (ServiceFacts & { readonly front: 'log' })
  | (ServiceFacts & {
      readonly front: 'http';
      /** The Fastify instance to mount it on: Nest's own would be an older version, at twice the cost. */
      readonly server: (limits: HttpLimits) => unknown;
    });
