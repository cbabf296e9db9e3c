/** What somebody who tries a hub asked for. */
export interface ConformanceOptions {
  readonly kind: 'options';
  readonly url: string;
  readonly token: string | undefined;
  readonly store: string | undefined;
  readonly adminToken: string | undefined;
  readonly endpointHost: string;
  readonly maxBodyBytes: number;
  readonly storeInUse: boolean;
  /** Only cases whose name, or whose chapter's title, holds one of these. */
  readonly only: readonly string[];
  /** For the whole run. */
  readonly seconds: number;
  readonly json: boolean;
  /** Names the cases, and runs none. */
  readonly list: boolean;
  readonly help: boolean;
}

/** Why the command line cannot be used. */
export interface UsageProblem {
  readonly kind: 'problem';
  readonly text: string;
}

const defaults = { url: 'http://localhost:4600', endpointHost: '127.0.0.1', maxBodyBytes: 1_048_576, seconds: 600 } as const;

export const usage: string = `Tries whether a hub speaks the protocol: requests and the answers that have to come.

  npm run conformance -- --url URL --admin-token TOKEN          in a store that is made for it
  npm run conformance -- --url URL --token TOKEN --store ID     in a store of yours

  --url URL             where the hub answers, with or without /api (default ${defaults.url})
  --token TOKEN         of the store, or an administrator's
  --store ID            the store; messages that are pushed stay in it, everything else is removed
  --admin-token TOKEN   also tries what needs two stores
  --endpoint-host HOST  by what name or address the hub reaches this machine (default ${defaults.endpointHost})
  --max-body-bytes N    the hub's size limit for bodies (default ${defaults.maxBodyBytes})
  --store-in-use        go ahead though the store has mappings, whose endpoints may be sent what is pushed
  --only TEXT           only cases whose name or chapter holds the text; may be given again
  --seconds N           for the whole run (default ${defaults.seconds})
  --json                the results as JSON on stdout, everything else on stderr
  --list                name the cases, run none
  --help                show this

The exit code is 0 if every case passed, 1 if one failed, 2 if nothing could be tried.`;

const valued = ['--url', '--token', '--store', '--admin-token', '--endpoint-host', '--max-body-bytes', '--only', '--seconds'] as const;
const switches = ['--store-in-use', '--json', '--list', '--help'] as const;
type Valued = (typeof valued)[number];
type Switch = (typeof switches)[number];

const isValued = (name: string): name is Valued => (valued as readonly string[]).includes(name);
const isSwitch = (name: string): name is Switch => (switches as readonly string[]).includes(name);
const problem = (text: string): UsageProblem => ({ kind: 'problem', text });

/** Reads the command line, without the program. The last one of an option counts. */
export function parseOptions(argv: readonly string[]): ConformanceOptions | UsageProblem {
  const given = new Map<Valued, string>();
  const on = new Set<Switch>();
  const only: string[] = [];
  const rest = argv[Symbol.iterator]();
  for (const argument of rest) {
    const [, name = argument, inline] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? [];
    if (isSwitch(name) && inline === undefined) {
      on.add(name);
    } else if (isValued(name)) {
      const value = inline ?? rest.next().value;
      if (value === undefined || value === '') return problem(`${name} needs a value. --help shows the options.`);
      if (name === '--only') only.push(value);
      else given.set(name, value);
    } else {
      return problem(`There is no option "${argument}". The options are ${[...valued, ...switches].join(', ')}.`);
    }
  }
  return interpret(given, on, only);
}

function interpret(
  given: ReadonlyMap<Valued, string>,
  on: ReadonlySet<Switch>,
  only: readonly string[],
): ConformanceOptions | UsageProblem {
  const url = baseUrl(given.get('--url') ?? defaults.url);
  if (url === undefined) return problem(`--url needs an http or https URL, not "${given.get('--url') ?? ''}".`);
  const maxBodyBytes = numberOf(given.get('--max-body-bytes'), defaults.maxBodyBytes, 2 ** 28);
  if (maxBodyBytes === undefined) return problem('--max-body-bytes needs a whole number from 1 to 268435456.');
  const seconds = numberOf(given.get('--seconds'), defaults.seconds, 86_400);
  if (seconds === undefined) return problem('--seconds needs a whole number from 1 to 86400.');
  return {
    kind: 'options',
    url,
    token: given.get('--token'),
    store: given.get('--store'),
    adminToken: given.get('--admin-token'),
    endpointHost: given.get('--endpoint-host') ?? defaults.endpointHost,
    maxBodyBytes,
    storeInUse: on.has('--store-in-use'),
    only,
    seconds,
    json: on.has('--json'),
    list: on.has('--list'),
    help: on.has('--help'),
  };
}

/** Without the slash at its end, and without the `/api` that every path begins with. */
function baseUrl(text: string): string | undefined {
  if (!URL.canParse(text) || !/^https?:/.test(text)) return undefined;
  const { origin, pathname } = new URL(text);
  return origin + pathname.replace(/\/+$/, '').replace(/\/api$/, '');
}

function numberOf(text: string | undefined, otherwise: number, most: number): number | undefined {
  if (text === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : undefined;
}
