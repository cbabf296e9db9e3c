import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { migrations, newToken } from '@crossdock/runtime';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';
import { compile, root } from './testing/child-process.ts';
import { Endpoint, ok } from './testing/endpoint.ts';
import { eventually, eventuallySome } from './testing/eventually.ts';
import { call } from './testing/http.ts';
import { newStore } from './testing/hub.ts';
import { ServiceProcess } from './testing/service-process.ts';

const names = ['ingest-api', 'validator', 'router', 'delivery', 'notifications'] as const;
const endedWell = { code: 0, signal: null };
const adminToken = newToken('test').text;
const secretKey = randomBytes(32).toString('base64');

let database: TestDatabase;
let env: Readonly<Record<string, string>>;
const processes: ServiceProcess[] = [];

beforeAll(compile, 120_000);
beforeEach(async () => {
  database = await createDatabase();
  env = {
    CROSSDOCK_DATABASE_URL: database.url,
    CROSSDOCK_SECRET_KEYS: `main:${secretKey}`,
    CROSSDOCK_ADMIN_TOKEN: adminToken,
    CROSSDOCK_ALLOW_LOOPBACK: '1',
    CROSSDOCK_PORT: '0',
  };
});
afterEach(async () => {
  const left = processes.splice(0).filter(({ isRunning }) => isRunning);
  await Promise.all(left.map((one) => one.stop('SIGKILL')));
  await database.drop();
});

function start(name: string, over: Readonly<Record<string, string>> = {}): ServiceProcess {
  const started = new ServiceProcess(name, { ...env, ...over });
  processes.push(started);
  return started;
}

interface Verbose {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

describe.each(names)('%s', (name) => {
  it('is ready, says so, and ends in order when it is asked to', async () => {
    const service = start(name);
    for (const path of ['/livez', '/readyz', '/startupz']) {
      const { status, json } = await service.get(path);
      expect([path, status, json]).toEqual([path, 200, { status: 'ok' }]);
    }
    const { checks } = (await service.get('/readyz?verbose')).json as Verbose;
    expect(checks.map((check) => [check.name, check.ok])).toEqual([
      ['database', true],
      ['migrations', true],
      [name === 'ingest-api' ? 'projection' : 'consumers', true],
    ]);

    expect(await service.stop()).toEqual(endedWell);
    expect(service.events).toEqual(['configuration', 'migrations_applied', 'service_ready', 'service_stopping', 'service_stopped']);
    expect(service.stderr).toBe('');
    expect(service.log[0]?.['settings']).toEqual(expect.arrayContaining(['CROSSDOCK_SECRET_KEYS=****', 'CROSSDOCK_SHUTDOWN_SECONDS=25']));
    expect(JSON.stringify(service.log)).not.toContain(secretKey);
  });

  it('names all variables that are wrong, and ends with 1', async () => {
    const service = start(name, {
      CROSSDOCK_DATABASE_URL: '',
      CROSSDOCK_PORT: 'many',
      CROSSDOCK_SECRET_KEYS: 'main:short',
      CROSSDOCK_X: '1',
    });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.events).toEqual(['service_failed']);
    const lines = service.stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      `${name}: The configuration is not usable:`,
      expect.stringMatching(/^- CROSSDOCK_X is no setting\./),
      '- CROSSDOCK_DATABASE_URL is not set: Postgres 15 or newer.',
      '- CROSSDOCK_PORT is "many"; it needs a whole number from 0 to 65535 (port that the API listens on).',
      expect.stringMatching(/^- CROSSDOCK_SECRET_KEYS is not usable: Secret key "main" has 3 bytes/),
    ]);
    expect(service.log[0]?.['msg']).toBe(lines.join('\n').slice(`${name}: `.length));
  });
});

it('is a hub of five processes: what is pushed to one is delivered by another', async () => {
  const endpoint = await Endpoint.start();
  try {
    const services = names.map((name) => start(name));
    const [ingest] = services;
    const system = { api: await (ingest as ServiceProcess).url(), adminToken, databaseUrl: database.url };
    await Promise.all(services.map((service) => service.url()));
    const store = await newStore(system);
    await store.map('warehouse.add', ['custom:thing'], endpoint.service(ok()).url);
    const pushed = await store.request('POST', '/messages', { message: 'custom:thing', payload: { n: 1 } });
    const id = (pushed.json as { readonly message_id: string }).message_id;
    await eventually(async () => {
      const story = (await store.read(`/messages/${id}`)) as { readonly children: readonly { readonly state: string }[] };
      expect(story.children.map(({ state }) => state)).toEqual(['completed']);
    });
    expect(await Promise.all(services.map((service) => service.stop()))).toEqual(names.map(() => endedWell));
  } finally {
    await endpoint.stop();
  }
});

describe('the migration step', () => {
  const migrate = (over: Readonly<Record<string, string>> = {}): readonly [number | null, string, string] => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/all-in-one/dist/migrate.js'], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...env, ...over },
      encoding: 'utf8',
    });
    return [status, stdout, stderr];
  };

  it('says what it applied, and the second time that nothing is pending', () => {
    const [status, stdout, stderr] = migrate();
    expect([status, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, -1)).toEqual(migrations.map(({ name }) => `  ✓ ${name}`));
    expect(lines.at(-1)).toMatch(new RegExp(`^  ✓ postgres \\d+\\.\\d+: ${migrations.length} applied$`));
    expect(migrate()).toEqual([0, expect.stringMatching(/^ {2}✓ postgres [\d.]+: nothing pending\n$/), '']);
  });

  it('ends with 1 where the database does not answer, or a variable is wrong', () => {
    const [away, , why] = migrate({ CROSSDOCK_DATABASE_URL: 'postgres://hub@127.0.0.1:1/hub', CROSSDOCK_STARTUP_SECONDS: '1' });
    expect([away, why]).toEqual([1, expect.stringContaining('The database at 127.0.0.1:1/hub did not answer within 1 s')]);
    const [wrong, , what] = migrate({ CROSSDOCK_STARTUP_SECONDS: 'soon' });
    expect([wrong, what]).toEqual([1, expect.stringContaining('CROSSDOCK_STARTUP_SECONDS is "soon"; it needs a whole number')]);
  });
});

describe('a start', () => {
  it('gives up on a database that does not answer, in time, and says so', async () => {
    const nobody = 'postgres://hub:hidden@127.0.0.1:1/crossdock';
    const service = start('router', { CROSSDOCK_DATABASE_URL: nobody, CROSSDOCK_STARTUP_SECONDS: '1' });
    const begun = performance.now();
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(service.stderr).toMatch(
      /^router: The database at 127\.0\.0\.1:1\/crossdock did not answer within 1 s: .*CROSSDOCK_DATABASE_URL/,
    );
    expect(service.stderr).not.toContain('hidden');
  });

  it('answers probes while it waits, and ends with 0 if asked to', async () => {
    const port = await freePort();
    const service = start('router', { CROSSDOCK_DATABASE_URL: 'postgres://hub@127.0.0.1:1/crossdock', CROSSDOCK_PORT: String(port) });
    const ask = async (path: string): Promise<readonly unknown[]> => {
      const { status, json } = await call(`http://127.0.0.1:${port}${path}`);
      return [status, (json as { readonly error?: string }).error];
    };
    await eventually(async () => expect(await ask('/livez')).toEqual([200, undefined]));
    const waits = [503, 'Not ready: start: the database does not answer yet.'];
    expect([await ask('/readyz'), await ask('/startupz')]).toEqual([waits, waits]);
    expect(await service.stop()).toEqual(endedWell);
  });

  it.each(['ingest-api', 'router'])('of %s ends with 1 where its port is taken', async (name) => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = taken.address() as { readonly port: number };
      const service = start(name, { CROSSDOCK_PORT: String(port) });
      expect(await service.ended).toEqual({ code: 1, signal: null });
      expect(service.stderr).toBe(
        `${name}: Cannot listen on 127.0.0.1:${port}: another process does. Set CROSSDOCK_HOST and CROSSDOCK_PORT.\n`,
      );
    } finally {
      taken.close();
    }
  });
});

describe('a stop', () => {
  it.each(['ingest-api', 'router'])('of %s first says that it is not ready, and a second signal ends it at once', async (name) => {
    const service = start(name, { CROSSDOCK_SHUTDOWN_GRACE_SECONDS: '60' });
    expect((await service.get('/readyz')).status).toBe(200);
    service.signal('SIGTERM');
    await service.logged('service_stopping');
    await eventually(async () => expect((await service.get('/readyz')).status).toBe(503));
    expect((await service.get('/livez')).status).toBe(200);
    expect(await service.stop()).toEqual({ code: 143, signal: null });
  });
});

it('is not ready while the database is away, lives, and can be stopped', async () => {
  const service = start('validator');
  expect((await service.get('/readyz')).status).toBe(200);
  await database.drop();
  const answer = await eventuallySome('failing probe', async () => {
    const { status, json } = await service.get('/readyz');
    return status === 503 ? (json as { readonly error: string }) : undefined;
  });
  expect(answer.error).toMatch(/^Not ready: .*database: /);
  expect((await service.get('/livez')).status).toBe(200);
  const begun = performance.now();
  expect(await service.stop()).toEqual(endedWell);
  expect(performance.now() - begun).toBeLessThan(15_000);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
