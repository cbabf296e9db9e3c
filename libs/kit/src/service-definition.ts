import type { Type } from '@nestjs/common';

/** Bounds of the HTTP server. */
export interface HttpLimits {
  readonly maxBodyBytes: number;
}

/**
 * A service, as its app exports it. The runtime gives it a Nest container of its own, with the adapters behind the tokens of
 * this library, and either HTTP or the log in front of it. The name is the consumer group, wherever it runs.
 */
export type ServiceDefinition =
  | { readonly name: string; readonly module: Type; readonly front: 'log' }
  | {
      readonly name: string;
      readonly module: Type;
      readonly front: 'http';
      /** The Fastify instance to mount it on: Nest's own would be an older version, at twice the cost. */
      readonly server: (limits: HttpLimits) => unknown;
    };
