import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services as definitions } from '@crossdock/all-in-one';
import { newToken, readServiceConfig, settingNames, type Config } from '@crossdock/runtime';
import { describe, expect, it } from 'vitest';
import { defaultVersion } from '../kafka/settings.mjs';
import { readManifest, root } from '../testing/workspace.ts';
import { askedFor, interpolate, parseCompose, type ComposeService } from './compose-file.ts';
import { environmentOf, inherited, last, parseDockerfile } from './dockerfile.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const text = read('docker-compose.yml');
const dockerfile = parseDockerfile(read('Dockerfile'));
const { version } = readManifest('.') as { readonly version: string };

const secrets = {
  POSTGRES_PASSWORD: 'hidden',
  CROSSDOCK_SECRET_KEYS: `main:${randomBytes(32).toString('base64')}`,
  CROSSDOCK_ADMIN_TOKEN: newToken('dev').text,
};
const raw = parseCompose(text);
const file = interpolate(raw, secrets);
const names = definitions.map(({ name }) => name);
const ours = (...more: readonly string[]): readonly (readonly [string, ComposeService])[] =>
  [...names, ...more].map((name) => [name, file.services[name] ?? {}]);
const all = Object.entries(file.services);

it('has Postgres, Kafka, the migration step and the five services', () => {
  expect(Object.keys(file.services).toSorted()).toEqual(['kafka', 'migrate', 'postgres', ...names].toSorted());
});

describe('what it asks of the environment', () => {
  it('are settings, and two names that belong to Compose', () => {
    const asked = new Set(askedFor(text).map(({ name }) => name));
    expect([...asked].filter((name) => !settingNames.includes(name)).toSorted()).toEqual(['API_PORT', 'POSTGRES_PASSWORD']);
  });

  it.each(Object.keys(secrets))('stops without %s, and says how it is made', (name) => {
    const problem = (): unknown => interpolate(raw, { ...secrets, [name]: '' });
    expect(problem).toThrow(new RegExp(`^${name}: make (?:one|it|them) with .+\\.env$`));
  });

  it('holds every secret: none has a default or is written down', () => {
    const secret = /KEYS|TOKEN|PASSWORD/;
    expect(askedFor(text).filter(({ name, fallback }) => secret.test(name) && fallback !== undefined)).toEqual([]);
    const written = Object.values(raw.services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name, value]) => secret.test(name) && !value.startsWith('${')),
    );
    expect(written).toEqual([]);
  });
});

describe('the configuration', () => {
  const variables = ours('migrate').flatMap(([, { environment = {} }]) => Object.keys(environment));

  it('is made of settings only', () => {
    expect(variables.length).toBeGreaterThan(30);
    expect(variables.filter((name) => !settingNames.includes(name))).toEqual([]);
  });

  it.each(definitions.map((definition) => [definition.name, definition] as const))(
    'of %s is one that the service takes',
    (name, definition) => {
      const config = readServiceConfig(definition, environmentIn(name));
      const expected: Partial<Config> = {
        databaseUrl: 'postgres://crossdock:hidden@postgres:5432/crossdock',
        kafkaBrokers: ['kafka:9092'],
        relay: true,
        host: '0.0.0.0',
        port: definition.defaultPort,
        adminToken: definition.front === 'http' ? secrets.CROSSDOCK_ADMIN_TOKEN : undefined,
      };
      expect(Object.fromEntries(Object.keys(expected).map((key) => [key, config[key as keyof Config]]))).toEqual(expected);
    },
  );

  it('gives a stop the time that it may take, and a bit', () => {
    for (const definition of definitions) {
      const config = readServiceConfig(definition, environmentIn(definition.name));
      const grace = Number.parseInt(file.services[definition.name]?.stop_grace_period ?? '0', 10);
      expect(grace).toBeGreaterThan(config.shutdownSeconds + config.shutdownGraceSeconds + 5);
    }
  });

  it('asks Postgres for no more connections than it has', () => {
    const [, most = '0'] = /max_connections=(\d+)/.exec(String(file.services['postgres']?.command)) ?? [];
    const needed = definitions.map((definition) => {
      const { databaseConnections } = readServiceConfig(definition, environmentIn(definition.name));
      return databaseConnections + Math.ceil(databaseConnections / 3) + REGISTRY_CONNECTIONS;
    });
    // While a version replaces another, some run twice.
    expect(needed.reduce((sum, one) => sum + one) * 1.5).toBeLessThan(Number(most));
  });
});

const REGISTRY_CONNECTIONS = 4;

describe('the order', () => {
  it('is: what keeps data, the migration step, the services', () => {
    const migrated = { migrate: { condition: 'service_completed_successfully' } };
    const healthy = { condition: 'service_healthy' };
    for (const [name, { depends_on }] of ours()) {
      expect([name, depends_on]).toEqual([name, { postgres: healthy, kafka: healthy, ...migrated }]);
    }
    expect(file.services['migrate']).toMatchObject({ restart: 'no', depends_on: { postgres: healthy } });
    expect(Object.keys(file.services['migrate']?.depends_on ?? {})).toEqual(['postgres']);
  });

  it('rests on health checks, each within bounds', () => {
    const checked = all.filter(([, { healthcheck }]) => healthcheck !== undefined).map(([name]) => name);
    expect(checked.toSorted()).toEqual(['kafka', 'postgres', ...names].toSorted());
    for (const [name, { healthcheck }] of all.filter(([one]) => one !== 'migrate')) {
      const seconds = expect.stringMatching(/^\d+s$/) as string;
      const bounds = {
        interval: seconds,
        timeout: seconds,
        start_period: seconds,
        start_interval: seconds,
        retries: expect.any(Number) as number,
      };
      expect([name, healthcheck]).toEqual([name, { test: expect.any(Array) as unknown, ...bounds }]);
    }
    for (const [, { healthcheck }] of ours()) expect(healthcheck?.['test']).toEqual(['CMD', 'node', 'tools/probe.mjs']);
  });
});

describe('what is reachable', () => {
  it('is the API alone, from this machine', () => {
    const published = all.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(published).toEqual([['ingest-api', '127.0.0.1:4600:4600']]);
  });

  it('and only who is called or calls has a way out', () => {
    expect(file.networks).toEqual({ inside: { internal: true }, outside: {} });
    expect(all.filter(([, { networks }]) => networks?.includes('outside')).map(([name]) => name)).toEqual(['ingest-api', 'delivery']);
    expect(all.filter(([, { networks }]) => !networks?.includes('inside')).map(([name]) => name)).toEqual([]);
  });
});

describe('every container', () => {
  it.each(all)('%s is bounded and may not gain rights', (_name, service) => {
    const bound = expect.anything() as unknown;
    expect(service.deploy?.resources?.limits).toEqual({ cpus: bound, memory: bound, pids: bound });
    expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect([service.privileged, service.user]).toEqual([undefined, undefined]);
  });

  it('of ours has a root that cannot be written, and no right at all', () => {
    for (const [name, { read_only, tmpfs, cap_add, volumes }] of ours('migrate')) {
      expect({ name, read_only, tmpfs, cap_add, volumes }).toEqual({
        name,
        read_only: true,
        tmpfs: ['/tmp:rw,noexec,nosuid,nodev,size=16m'],
        cap_add: undefined,
        volumes: undefined,
      });
    }
  });

  it('is of an exact version', () => {
    const images = Object.fromEntries(all.map(([name, { image }]) => [name, image]));
    const built = Object.fromEntries([...names, 'migrate'].map((name) => [name, `crossdock/${name}:${version}`]));
    expect(images).toEqual({
      postgres: expect.stringMatching(/^postgres:(?:1[5-9]|[2-9]\d)\.\d+-\w+$/) as unknown,
      kafka: `apache/kafka:${defaultVersion}`,
      ...built,
    });
  });

  it('keeps its data in a volume that is declared', () => {
    const mounts = all.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(mounts).toEqual(Object.keys(file.volumes));
  });
});

describe('the image', () => {
  it.each(ours('migrate'))('of %s is a target of the Dockerfile that runs a program of a real app', (name, { build }) => {
    expect(build).toEqual({ context: '.', target: name });
    const command = JSON.parse(last(inherited(dockerfile, name), 'CMD')) as readonly string[];
    const program = command.at(-1) ?? '';
    expect(command).toEqual([
      'node',
      '--enable-source-maps',
      name === 'migrate' ? 'apps/all-in-one/dist/migrate.js' : `apps/${name}/dist/main.js`,
    ]);
    expect(existsSync(join(root, program.replace('/dist/', '/src/').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it.each(definitions.map(({ name, defaultPort }) => [name, defaultPort] as const))('of %s says the port %i', (name, port) => {
    const instructions = inherited(dockerfile, name);
    expect([environmentOf(instructions)['CROSSDOCK_PORT'], last(instructions, 'EXPOSE')]).toEqual([String(port), String(port)]);
  });
});

/** What the container sees: the image's variables under those of the Compose file. */
function environmentIn(name: string): Readonly<Record<string, string>> {
  return { ...environmentOf(inherited(dockerfile, name)), ...file.services[name]?.environment };
}
