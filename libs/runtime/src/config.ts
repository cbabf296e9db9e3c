import { HubError } from '@crossdock/kit';
import { settingEntries, settingNames, settings, toolSettings, type Config } from './settings.ts';
import { Problem } from './setting-values.ts';

export { settingNames, type Config, type SaslMechanism } from './settings.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface ReadOptions {
  /** The default of CROSSDOCK_PORT. */
  readonly defaultPort?: number;
  /** Settings that may be missing elsewhere, but not here. */
  readonly required?: readonly (keyof Config)[];
  /** Looks at what was read as a whole; answers what is wrong, a sentence each. Settings with problems of their own are left out. */
  readonly check?: (config: Partial<Config>) => readonly string[];
}

const OPTIONAL = new Set<keyof Config>(['secretKeys', 'adminToken', 'kafkaSaslMechanism', 'kafkaSaslUsername', 'kafkaSaslPassword']);

/** The configuration, or one error `config_invalid` that names every variable that is wrong: what it is, and what it should be. */
export function readConfig(env: Env, { defaultPort, required = [], check }: ReadOptions = {}): Config {
  const problems: string[] = unknownNames(env);
  const read: Record<string, unknown> = {};
  for (const [key, setting] of settingEntries) {
    const fallback = key === 'port' && defaultPort !== undefined ? String(defaultPort) : setting.fallback;
    const given = env[setting.name] === undefined || env[setting.name] === '' ? fallback : env[setting.name];
    if (given === undefined) {
      if (!OPTIONAL.has(key) || required.includes(key)) problems.push(`${setting.name} is not set: ${setting.about}.`);
      continue;
    }
    const value = setting.parse(given);
    if (value instanceof Problem) {
      const found = setting.secret === true ? 'not usable' : `"${given}"`;
      problems.push(`${setting.name} is ${found}; it needs ${value.wanted} (${setting.about}).`);
    } else read[key] = value;
  }
  problems.push(...saslProblems(env), ...(check?.(read) ?? []));
  if (problems.length > 0) throw new HubError('config_invalid', `The configuration is not usable:\n- ${problems.join('\n- ')}`);
  const config = read as unknown as Config;
  // Without brokers there is nothing to publish to, whatever is set.
  return { ...config, relay: config.relay && config.kafkaBrokers.length > 0 };
}

/** Mechanism, user and password go together. */
function saslProblems(env: Env): string[] {
  const parts = [settings.kafkaSaslMechanism, settings.kafkaSaslUsername, settings.kafkaSaslPassword].map(({ name }) => name);
  const missing = parts.filter((name) => env[name] === undefined || env[name] === '');
  if (missing.length === 0 || missing.length === parts.length) return [];
  const given = parts.filter((name) => !missing.includes(name));
  return missing.map((name) => `${name} is not set, but ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'}: they go together.`);
}

function unknownNames(env: Env): string[] {
  const known = [...settingNames, ...toolSettings.map(({ name }) => name)];
  return Object.keys(env)
    .filter((name) => name.startsWith('CROSSDOCK_') && !known.includes(name))
    .map((name) => `${name} is no setting. Known are: ${known.join(', ')}.`);
}

/** What is in effect, secrets masked: one line a setting. */
export function describeConfig(config: Config): readonly string[] {
  return settingEntries.map(([key, setting]) => {
    const value = config[key];
    const shown = setting.secret === true && value !== undefined ? '****' : Array.isArray(value) ? value.join(',') : String(shownOf(value));
    return `${setting.name}=${shown}`;
  });
}

/** As it would be set. */
function shownOf(value: Config[keyof Config]): unknown {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value ?? '';
}
