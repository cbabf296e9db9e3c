import { HubError } from '@crossdock/kit';

/** Everything that can be configured. Read once, in the composition root; nothing else looks at the environment. */
export interface Config {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Shards of a new log. */
  readonly shards: number;
  readonly databaseConnections: number;
  readonly maxBodyBytes: number;
  /** Payload bytes that are kept in memory for the steps after the push, parsed copies included. */
  readonly payloadCacheBytes: number;
  readonly allowLoopback: boolean;
  readonly egressAllow: readonly string[];
  readonly egressPorts: readonly number[];
  /** `id:base64,…`: the first seals, all open. */
  readonly secretKeys: string | undefined;
  readonly adminToken: string | undefined;
  /** Part of every new token: where it belongs. */
  readonly environment: string;
}

interface Setting<T> {
  readonly name: string;
  readonly about: string;
  readonly fallback: string | undefined;
  readonly secret?: boolean;
  parse(text: string): T | Problem;
}

class Problem {
  readonly wanted: string;
  constructor(wanted: string) {
    this.wanted = wanted;
  }
}

const text = (value: string): string => value;
const integer =
  (min: number, max: number) =>
  (value: string): number | Problem => {
    const number = Number(value);
    return /^\d+$/.test(value) && number >= min && number <= max ? number : new Problem(`a whole number from ${min} to ${max}`);
  };
const oneOf =
  (...words: readonly string[]) =>
  (value: string): string | Problem =>
    words.includes(value) ? value : new Problem(`one of ${words.join(', ')}`);
const yesNo = (value: string): boolean | Problem =>
  value === '1' || value === 'true' ? true : value === '0' || value === 'false' ? false : new Problem('1 or 0');
const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
const ports = (value: string): readonly number[] | Problem => {
  const numbers = list(value).map(Number);
  return numbers.every((port) => Number.isInteger(port) && port > 0 && port < 65_536)
    ? numbers
    : new Problem('port numbers, separated by commas');
};
const postgresUrl = (value: string): string | Problem =>
  /^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value)
    ? value
    : new Problem('an address such as postgres://user:password@host:5432/crossdock');

const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  databaseUrl: { name: 'CROSSDOCK_DATABASE_URL', about: 'Postgres 15 or newer', fallback: undefined, secret: true, parse: postgresUrl },
  host: { name: 'CROSSDOCK_HOST', about: 'address that the API listens on', fallback: '127.0.0.1', parse: text },
  port: { name: 'CROSSDOCK_PORT', about: 'port that the API listens on', fallback: '4600', parse: integer(0, 65_535) },
  logLevel: {
    name: 'CROSSDOCK_LOG_LEVEL',
    about: 'what is logged',
    fallback: 'info',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  },
  shards: { name: 'CROSSDOCK_SHARDS', about: 'shards of a new log', fallback: '2', parse: integer(1, 64) },
  databaseConnections: {
    name: 'CROSSDOCK_DATABASE_CONNECTIONS',
    about: 'connections of one process',
    fallback: '24',
    parse: integer(4, 500),
  },
  maxBodyBytes: {
    name: 'CROSSDOCK_MAX_BODY_BYTES',
    about: 'largest request body, bytes',
    fallback: String(1 << 20),
    parse: integer(1_024, 64 << 20),
  },
  payloadCacheBytes: {
    name: 'CROSSDOCK_PAYLOAD_CACHE_BYTES',
    about: 'memory for payloads under way',
    fallback: String(96 << 20),
    parse: integer(1 << 20, 16 * 2 ** 30),
  },
  allowLoopback: { name: 'CROSSDOCK_ALLOW_LOOPBACK', about: 'endpoints on this machine: for development', fallback: '0', parse: yesNo },
  egressAllow: {
    name: 'CROSSDOCK_EGRESS_ALLOW',
    about: 'inside addresses, ranges and names that endpoints may have',
    fallback: '',
    parse: list,
  },
  egressPorts: {
    name: 'CROSSDOCK_EGRESS_PORTS',
    about: 'ports below 1024 that endpoints may have beside 80 and 443',
    fallback: '',
    parse: ports,
  },
  secretKeys: {
    name: 'CROSSDOCK_SECRET_KEYS',
    about: 'keys that seal endpoint tokens, id:base64',
    fallback: undefined,
    secret: true,
    parse: text,
  },
  adminToken: { name: 'CROSSDOCK_ADMIN_TOKEN', about: 'the token that may make stores', fallback: undefined, secret: true, parse: text },
  environment: {
    name: 'CROSSDOCK_ENVIRONMENT',
    about: 'a word in new tokens',
    fallback: 'dev',
    parse: (value) => (/^[a-z]{1,10}$/.test(value) ? value : new Problem('up to ten lower-case letters')),
  },
};

const OPTIONAL = new Set<keyof Config>(['secretKeys', 'adminToken']);

/** The configuration, or one error that names every variable that is wrong: what it is, and what it should be. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = unknownNames(env);
  const read: Record<string, unknown> = {};
  for (const [key, setting] of entries()) {
    const given = env[setting.name] === undefined || env[setting.name] === '' ? setting.fallback : env[setting.name];
    if (given === undefined) {
      if (!OPTIONAL.has(key)) problems.push(`${setting.name} is not set: ${setting.about}.`);
      continue;
    }
    const value = setting.parse(given);
    if (value instanceof Problem)
      problems.push(
        `${setting.name} is ${setting.secret === true ? 'not usable' : `"${given}"`}; it needs ${value.wanted} (${setting.about}).`,
      );
    else read[key] = value;
  }
  if (problems.length > 0) throw new HubError('config_invalid', `The configuration is not usable:\n- ${problems.join('\n- ')}`);
  return read as unknown as Config;
}

function entries(): readonly (readonly [keyof Config, Setting<unknown>])[] {
  return Object.entries(settings) as unknown as readonly (readonly [keyof Config, Setting<unknown>])[];
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set([...entries().map(([, setting]) => setting.name), ...ELSEWHERE]);
  return Object.keys(env)
    .filter((name) => name.startsWith('CROSSDOCK_') && !known.has(name))
    .map((name) => `${name} is no setting. Known are: ${[...known].join(', ')}.`);
}

/** Settings of the starter and of tests. */
const ELSEWHERE = ['CROSSDOCK_TEST_POSTGRES_URL', 'CROSSDOCK_REQUIRE_KAFKA', 'CROSSDOCK_DATA'];

/** What is in effect, secrets masked: one line a setting. */
export function describeConfig(config: Config): readonly string[] {
  return entries().map(([key, setting]) => {
    const value = config[key];
    const shown = setting.secret === true && value !== undefined ? '****' : Array.isArray(value) ? value.join(',') : String(value ?? '');
    return `${setting.name}=${shown}`;
  });
}
