import { messageOf, pause } from '@crossdock/kit';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts';
import type { PostgresExit } from './postmaster.ts';

export interface SupervisedPostgresOptions extends EmbeddedPostgresOptions {
  /** Milliseconds to wait before the restart with this number, counted from 1 since it last ran for a minute. */
  readonly restartAfter?: (attempt: number) => number;
}

const calmMs = 60_000;

/** 1 s, 2 s, 4 s … at most 30 s. */
export const restartAfter = (attempt: number): number => Math.min(30_000, 1000 * 2 ** (attempt - 1));

/**
 * `startEmbeddedPostgres` that brings the server back when it ends by itself: same port, same data, so that clients find it
 * again by themselves. `pid` is that of the current one; `onExit` tells of every end.
 */
export async function superviseEmbeddedPostgres(options: SupervisedPostgresOptions): Promise<EmbeddedPostgres> {
  const supervisor = new Supervisor(options, await startEmbeddedPostgres(options));
  return supervisor;
}

class Supervisor implements EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly initialised: boolean;
  readonly #options: SupervisedPostgresOptions;
  readonly #listeners = new Set<(exit: PostgresExit) => void>();
  readonly #stop = new AbortController();
  #current: EmbeddedPostgres;
  #failures = 0;
  #restarting: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: SupervisedPostgresOptions, first: EmbeddedPostgres) {
    ({ url: this.url, port: this.port, dataDir: this.dataDir, initialised: this.initialised } = first);
    this.#options = options;
    this.#current = first;
    this.#watch(first);
  }

  get pid(): number {
    return this.#current.pid;
  }

  get version(): string {
    return this.#current.version;
  }

  onExit(listener: (exit: PostgresExit) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#end());
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#restarting;
    await this.#current.stop();
  }

  #watch(server: EmbeddedPostgres): void {
    const startedAt = performance.now();
    server.onExit((exit) => {
      if (this.#stop.signal.aborted) return;
      if (performance.now() - startedAt > calmMs) this.#failures = 0;
      this.#say(`Postgres ended by itself (${exit.signal ?? `code ${exit.code}`}). ${exit.lines.join(' | ')}`.trim());
      this.#restarting = this.#restart(server);
      for (const listener of this.#listeners) listener(exit);
    });
  }

  async #restart(ended: EmbeddedPostgres): Promise<void> {
    // Gives the data directory back, which the next start takes again.
    await ended.stop().catch((error: unknown) => this.#say(messageOf(error)));
    while (!this.#stop.signal.aborted) {
      this.#failures += 1;
      const waitMs = (this.#options.restartAfter ?? restartAfter)(this.#failures);
      this.#say(`Postgres is started again in ${waitMs / 1000} s.`);
      await pause(waitMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        this.#current = await startEmbeddedPostgres({ ...this.#options, port: this.port });
        this.#watch(this.#current);
        this.#say(`Postgres runs again (process ${this.#current.pid}).`);
        return;
      } catch (error) {
        this.#say(messageOf(error));
      }
    }
  }

  #say(line: string): void {
    this.#options.onLog?.(line);
  }
}
