import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

const REDACTED = ['token', '*.token', 'authorization', '*.authorization', 'headers["x-augury-token"]', '*.headers["x-augury-token"]'];

export interface LoggerOptions {
  readonly level: string;
  readonly service: string;
  /** File descriptor to write to: 1 for stdout, 2 for stderr. */
  readonly destination: number;
}

/** One JSON line an event; payloads and secrets are never among them. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[secret]' },
    },
    pino.destination({ dest: options.destination, sync: false }),
  );
}

/** Nest's own words, on the debug level unless they warn: its start-up chatter is of no use to operators. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...context: readonly unknown[]): void {
    this.#logger.debug({ context: context.at(-1) }, String(message));
  }
  error(message: unknown, ...context: readonly unknown[]): void {
    this.#logger.error({ context: context.at(-1), err: message instanceof Error ? message : undefined }, String(message));
  }
  warn(message: unknown, ...context: readonly unknown[]): void {
    this.#logger.warn({ context: context.at(-1) }, String(message));
  }
  debug(message: unknown, ...context: readonly unknown[]): void {
    this.#logger.debug({ context: context.at(-1) }, String(message));
  }
  verbose(message: unknown, ...context: readonly unknown[]): void {
    this.#logger.trace({ context: context.at(-1) }, String(message));
  }
}
