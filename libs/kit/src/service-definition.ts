import type { Type } from '@nestjs/common';

/**
 * A service, as its app exports it. The runtime gives it a Nest container of its own, with the adapters behind the tokens of
 * this library, and either HTTP or the log in front of it. The name is the consumer group, wherever it runs.
 */
export interface ServiceDefinition {
  readonly name: string;
  readonly module: Type;
  readonly front: 'http' | 'log';
}
