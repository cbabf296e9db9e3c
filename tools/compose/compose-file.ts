import { parse } from 'yaml';

/** A service of a Compose file, as far as the checks look. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: unknown;
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, string | number>> } };
  readonly privileged?: boolean;
  readonly user?: string;
}

export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** With anchors and merges resolved. */
export function parseCompose(text: string): ComposeFile {
  return parse(text, { merge: true }) as ComposeFile;
}

/** A variable that a Compose file asks the environment for. */
export interface Asked {
  readonly name: string;
  /** What it says when the variable is unset; `undefined` where it goes on. */
  readonly error: string | undefined;
  readonly fallback: string | undefined;
}

const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/** All `${…}`. */
export function askedFor(text: string): readonly Asked[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '', kind, word]) => ({
    name,
    error: kind === '?' ? word : undefined,
    fallback: kind === '-' ? word : undefined,
  }));
}

/** With the values in the texts, as Compose puts them in after reading. Throws what the file says where a needed one is unset. */
export function interpolate<T>(part: T, env: Readonly<Record<string, string>>): T {
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return fill(value, env);
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]));
  };
  return filled(part) as T;
}

function fill(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (_all, name: string, kind: string | undefined, word: string | undefined) => {
    const value = env[name] ?? '';
    if (value !== '' || kind === undefined) return value;
    if (kind === '?') throw new Error(`${name}: ${String(word)}`);
    return word ?? '';
  });
}
