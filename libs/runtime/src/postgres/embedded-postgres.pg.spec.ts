import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts';
import { freePort } from './free-port.ts';
import { isServerOf } from './postmaster-pid.ts';
import type { PostgresExit } from './postmaster.ts';
import { isRunning } from './process-info.ts';
import { removeEmbeddedPostgres } from './remove-embedded-postgres.ts';
import { restartAfter, superviseEmbeddedPostgres } from './supervise-embedded-postgres.ts';
import { waitForDatabase } from './wait-for-database.ts';

const root = process.getuid?.() === 0;
const linux = process.platform === 'linux';
let template: string;
let base: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'crossdock-embedded-template-'));
  await chmod(template, 0o755);
  await (await startEmbeddedPostgres({ dataDir: join(template, 'pg') })).stop();
});

afterAll(() => rm(template, { recursive: true, force: true }));

/** A cluster that an earlier run made, for what is not about making one: a copy is four times as fast. */
function copyCluster(): void {
  spawnSync('sh', ['-c', 'mkdir -p "$2" && cp -a "$1/pg" "$2/"', 'sh', template, join(base, 'data')]);
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'crossdock-embedded-'));
  await chmod(base, 0o755);
  dataDir = join(base, 'data', 'pg');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(base, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, ...options });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function until(what: string, condition: () => Promise<boolean> | boolean, timeoutMs = 20_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Still not so after ${timeoutMs} ms: ${what}`);
    await sleep(10);
  }
}

/** Another hub: a process of its own that starts Postgres on `dataDir` and then does nothing. */
async function startElsewhere(): Promise<{ readonly hub: ChildProcess; readonly server: { readonly pid: number; readonly url: string } }> {
  const program = `
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport(${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))}, {
      configFile: false, logLevel: 'error', ssr: { resolve: { conditions: ['@crossdock/source'] } },
    });
    const { pid, url } = await module.startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(JSON.stringify({ pid, url }));
    setInterval(() => undefined, 1000);`;
  const hub = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(hub);
  for await (const line of createInterface({ input: hub.stdout })) {
    if (line.startsWith('{')) return { hub, server: JSON.parse(line) as { pid: number; url: string } };
  }
  throw new Error('The other hub ended before its Postgres ran.');
}

async function kill(hub: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => hub.once('exit', resolve));
  hub.kill('SIGKILL');
  await gone;
}

/** Kills the shells that would stop Postgres when the hub is gone: what then remains is an orphan. */
async function killGuards(hub: ChildProcess): Promise<void> {
  const tasks = await readFile(`/proc/${hub.pid}/task/${hub.pid}/children`, 'utf8');
  for (const pid of tasks.trim().split(' ').map(Number)) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('crossdock-guard')) process.kill(pid, 'SIGKILL');
  }
}

describe('startEmbeddedPostgres', () => {
  it('makes a cluster, runs it on the loopback alone and keeps its secrets private', async () => {
    const steps: string[] = [];
    const server = await start({ onStep: (step) => steps.push(step) });
    expect({ steps, initialised: server.initialised, dataDir: server.dataDir }).toEqual({
      steps: ['initialise', 'start'],
      initialised: true,
      dataDir,
    });
    expect(server.url).toMatch(new RegExp(`^postgres://postgres:[\\w-]{32}@127\\.0\\.0\\.1:${server.port}/postgres$`));
    const names = [
      'listen_addresses',
      'unix_socket_directories',
      'fsync',
      'synchronous_commit',
      'jit',
      'server_encoding',
      'lc_collate',
      'max_wal_size',
      'server_version',
    ];
    const settings = await query(
      server.url,
      `select name, setting from pg_settings where name in (${names.map((name) => `'${name}'`).join()}) union all
       select 'lc_collate', datcollate from pg_database where datname = current_database() order by 1`,
    );
    expect(settings).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'jit', setting: 'off' },
      { name: 'lc_collate', setting: 'C' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'max_wal_size', setting: '4096' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'server_version', setting: server.version },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    const modes = await Promise.all(
      ['', 'password', 'postgres.log', 'owner'].map(async (name) => (await stat(join(dataDir, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('refuses a wrong password', async () => {
    copyCluster();
    const server = await start();
    const url = new URL(server.url);
    url.password = 'postgres';
    await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('finds the data of the time before, under the same password', async () => {
    copyCluster();
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    expect([await isRunning(first.pid), existsSync(join(dataDir, 'owner'))]).toEqual([false, false]);

    const second = await start();
    expect(second.initialised).toBe(false);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('begins the making of a cluster anew when it was cut off', async () => {
    await mkdir(join(dataDir, 'cluster.unfinished-123', 'base'), { recursive: true });
    await writeFile(join(dataDir, 'cluster.unfinished-123', 'PG_VERSION'), '18\n');
    const server = await start();
    expect({ initialised: server.initialised, files: (await readdir(dataDir)).toSorted() }).toEqual({
      initialised: true,
      files: ['cluster', 'owner', 'password', 'postgres.log'],
    });
  });

  it('does not touch what it has not made', async () => {
    await mkdir(join(dataDir, 'cluster'), { recursive: true });
    await writeFile(join(dataDir, 'cluster', 'precious'), 'x');
    await expect(start()).rejects.toMatchObject({
      code: 'database_unreachable',
      message: expect.stringContaining('has no PG_VERSION') as unknown,
    });
    expect([await readFile(join(dataDir, 'cluster', 'precious'), 'utf8'), existsSync(join(dataDir, 'owner'))]).toEqual(['x', false]);
  });

  it('says that the password is lost rather than that it is wrong', async () => {
    copyCluster();
    await (await start()).stop();
    await rm(join(dataDir, 'password'));
    await expect(start()).rejects.toMatchObject({
      code: 'database_unreachable',
      message: expect.stringContaining(`${dataDir}/password cannot be read`) as unknown,
    });
  });

  it('is refused on a folder that a running hub uses, and leaves that hub alone', async () => {
    copyCluster();
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'data_directory_in_use',
      message: `${dataDir} is in use by a hub that runs as process ${process.pid}. Stop that one, or give this one another folder: npm start -- --data other-folder`,
    });
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('takes the port it is told, and says so when it is taken', async () => {
    copyCluster();
    const port = await freePort();
    const server = await start({ port });
    expect(server.port).toBe(port);
    await server.stop();

    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      await expect(start({ port })).rejects.toMatchObject({
        code: 'database_unreachable',
        retriable: true,
        message: expect.stringMatching(
          /could not start[^]*FATAL: {2}could not create any TCP\/IP sockets[^]*Another program took the port/,
        ) as unknown,
      });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it("passes on the server's own reasons", async () => {
    copyCluster();
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toMatchObject({
      code: 'database_unreachable',
      message: expect.stringContaining('FATAL:  invalid value for parameter "max_connections": "many"') as unknown,
    });
  });

  it.runIf(root)('names the folder that is closed to the user that runs it', async () => {
    await chmod(base, 0o700);
    await expect(start()).rejects.toMatchObject({
      code: 'database_unreachable',
      message: expect.stringMatching(
        new RegExp(
          `^Postgres could not start: ${base} is closed to the user .* Move the project out of ${base}, .*CROSSDOCK_DATABASE_URL\\.$`,
        ),
      ) as unknown,
    });
  });

  it.runIf(root)('does not run as root, and keeps the owner that a cluster has', async () => {
    const server = await start();
    const owner = async (): Promise<number> => (await stat(`/proc/${server.pid}`)).uid;
    expect([await owner(), (await stat(join(dataDir, 'cluster'))).uid]).not.toContain(0);
  });
});

describe('after a kill', () => {
  it.runIf(linux)('Postgres ends with the process that started it', async () => {
    copyCluster();
    const { hub, server } = await startElsewhere();
    await kill(hub);
    await until('Postgres has ended', async () => !(await isRunning(server.pid)));
    expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false);
  });

  it.runIf(linux)('the next start stops an orphan and finds its data', async () => {
    copyCluster();
    const { hub, server: orphan } = await startElsewhere();
    await query(orphan.url, 'create table kept as select 42 as answer');
    await killGuards(hub);
    await kill(hub);
    expect(await isRunning(orphan.pid)).toBe(true);

    const told: string[] = [];
    const server = await start({ onLog: (line) => told.push(line) });
    expect({ told, orphan: await isRunning(orphan.pid), initialised: server.initialised }).toEqual({
      told: [`Postgres of an earlier run was still there (process ${orphan.pid}); it was stopped.`],
      orphan: false,
      initialised: false,
    });
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it.runIf(linux)('an orphan whose clients hold on is stopped too', async () => {
    copyCluster();
    const { hub, server: orphan } = await startElsewhere();
    await killGuards(hub);
    await kill(hub);
    const sleeper = query(orphan.url, 'select pg_sleep(60)').catch(() => 'cut off');
    await until(
      'the client is busy',
      async () =>
        (await query(orphan.url, "select 1 from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'")).length === 1,
    );
    await start();
    expect([await sleeper, await isRunning(orphan.pid)]).toEqual(['cut off', false]);
  });

  it('the pid file of a dead server, or of another program with its id, does not stop the start', async () => {
    copyCluster();
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    const pidFile = await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8');
    await first.stop();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    children.push(other);
    for (const pid of [first.pid, other.pid]) {
      await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), pidFile.replace(/^\d+/, String(pid)));
      await writeFile(join(dataDir, 'owner'), `${other.pid} long ago\n`);
      const server = await start();
      expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
      await server.stop();
    }
    expect(await isRunning(other.pid ?? 0)).toBe(true);
  });

  it('tells those who listen when it ends by itself, and nobody when it is stopped', async () => {
    copyCluster();
    const exits: PostgresExit[] = [];
    const first = await start();
    first.onExit((exit) => exits.push(exit));
    await first.stop();

    const second = await start();
    second.onExit((exit) => exits.push(exit));
    process.kill(second.pid, 'SIGKILL');
    await until('the exit is told', () => exits.length > 0);
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL', lines: expect.any(Array) as unknown }]);
  });
});

describe('superviseEmbeddedPostgres', () => {
  it('brings the server back on the same port with the same data', async () => {
    copyCluster();
    const told: string[] = [];
    const waits: number[] = [];
    const server = await superviseEmbeddedPostgres({
      dataDir,
      onLog: (line) => told.push(line),
      restartAfter: (attempt) => {
        waits.push(attempt);
        return 10;
      },
    });
    running.push(server);
    await query(server.url, 'create table kept as select 42 as answer');
    for (const time of [1, 2]) {
      const before = server.pid;
      process.kill(before, 'SIGKILL');
      await until('another server runs', () => server.pid !== before);
      expect([time, await query(server.url, 'select answer from kept')]).toEqual([time, [{ answer: 42 }]]);
    }
    expect(waits.slice(0, 2)).toEqual([1, 2]);
    expect(told.at(-1)).toBe(`Postgres runs again (process ${server.pid}).`);

    await server.stop();
    expect([await isRunning(server.pid), existsSync(join(dataDir, 'owner'))]).toEqual([false, false]);
  });

  it('waits ever longer between restarts, but never longer than half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(restartAfter)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('does not bring back what is stopped while it waits', async () => {
    copyCluster();
    const told: string[] = [];
    const server = await superviseEmbeddedPostgres({ dataDir, onLog: (line) => told.push(line), restartAfter: () => 60_000 });
    process.kill(server.pid, 'SIGKILL');
    await until('the restart is announced', () => told.includes('Postgres is started again in 60 s.'));
    await server.stop();
    expect([await isServerOf(server.pid, join(dataDir, 'cluster')), existsSync(join(dataDir, 'owner'))]).toEqual([false, false]);
  });

  it('tries again while the start fails, for instance while another program has the port', async () => {
    copyCluster();
    const told: string[] = [];
    const server = await superviseEmbeddedPostgres({ dataDir, onLog: (line) => told.push(line), restartAfter: () => 50 });
    running.push(server);
    const before = server.pid;
    const thief = createServer();
    process.kill(before, 'SIGKILL');
    await until(
      'the port is taken',
      () => new Promise((resolve) => thief.once('error', () => resolve(false)).listen(server.port, '127.0.0.1', () => resolve(true))),
    );
    await until('a restart failed', () => told.some((line) => line.includes('Another program took the port')));
    await new Promise((resolve) => thief.close(resolve));
    await until('another server runs', () => server.pid !== before);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('removeEmbeddedPostgres', () => {
  it('deletes nothing of a running hub, and everything of one that has ended', async () => {
    copyCluster();
    const server = await start();
    await expect(removeEmbeddedPostgres(dataDir)).rejects.toMatchObject({ code: 'data_directory_in_use' });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();

    await removeEmbeddedPostgres(dataDir);
    await removeEmbeddedPostgres(dataDir);
    expect(existsSync(dataDir)).toBe(false);
  });

  it.runIf(linux)('stops an orphan first', async () => {
    copyCluster();
    const { hub, server: orphan } = await startElsewhere();
    await killGuards(hub);
    await kill(hub);
    await removeEmbeddedPostgres(dataDir);
    expect([await isRunning(orphan.pid), existsSync(dataDir)]).toEqual([false, false]);
  });
});

describe('waitForDatabase', () => {
  it('answers the version of a database that comes later', async () => {
    copyCluster();
    const port = await freePort();
    const first = await start({ port });
    const { url } = first;
    await first.stop();
    const waiting = waitForDatabase(url, 20_000);
    const server = await start({ port });
    expect(await waiting).toEqual({ version: server.version });
  });

  it('does not wait where waiting cannot help, and keeps the password to itself', async () => {
    copyCluster();
    const server = await start();
    const wrong = new URL(server.url);
    wrong.password = 'not-this-one';
    const begun = performance.now();
    await expect(waitForDatabase(wrong.href, 30_000)).rejects.toMatchObject({
      code: 'database_unreachable',
      retriable: false,
      message: `The database at 127.0.0.1:${server.port}/postgres refuses us: password authentication failed for user "postgres". Correct user, password and database name in CROSSDOCK_DATABASE_URL.`,
    });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('gives up after the time it was given', async () => {
    const port = await freePort();
    await expect(
      waitForDatabase(`postgres://user:${createHash('md5').digest('hex')}@127.0.0.1:${port}/crossdock`, 300),
    ).rejects.toMatchObject({
      code: 'database_unreachable',
      retriable: true,
      message: `The database at 127.0.0.1:${port}/crossdock did not answer within 0.3 s: connect ECONNREFUSED 127.0.0.1:${port}. Check CROSSDOCK_DATABASE_URL, that Postgres runs, and that it takes connections from here.`,
    });
  });

  it('says what a URL looks like', async () => {
    await expect(waitForDatabase('localhost', 300)).rejects.toMatchObject({ code: 'config_invalid' });
  });
});
