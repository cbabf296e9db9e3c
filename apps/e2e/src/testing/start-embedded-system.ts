import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@crossdock/all-in-one';
import type { RunningSystem } from './system.ts';

export interface EmbeddedSystemOptions {
  /** Kept when the system stops; without it a new one, which goes. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The five services in this process. */
export async function startEmbeddedSystem({ dataDir, env }: EmbeddedSystemOptions = {}): Promise<RunningSystem> {
  const place = dataDir ?? (await temporaryDirectory());
  const fatal: unknown[] = [];
  const embedded = await startEmbedded({
    dataDir: place,
    port: 0,
    env: { CROSSDOCK_LOG_LEVEL: 'error', ...env },
    // Nobody waits for the disk here; what survives a crash is the chaos tests' matter.
    postgresSettings: { fsync: 'off' },
    onFatal: (error) => fatal.push(error),
  });
  return {
    api: embedded.url,
    adminToken: embedded.secrets.adminToken,
    databaseUrl: embedded.postgres.url,
    stop: async () => {
      await embedded.close();
      if (dataDir === undefined) await rm(place, { recursive: true, force: true });
      if (fatal.length > 0) throw new AggregateError(fatal, 'The system gave up.');
    },
  };
}

export async function temporaryDirectory(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'crossdock-e2e-'));
  // For root, Postgres runs as somebody else, who has to get into it.
  await chmod(place, 0o711);
  return place;
}
