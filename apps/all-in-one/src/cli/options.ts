import { nearest } from './nearest.ts';
import { usageProblem, type UsageProblem } from './usage-problem.ts';

/** What somebody who starts the hub asked for. */
export interface StartOptions {
  readonly kind: 'options';
  /** 0: any free one. */
  readonly port: number;
  /** As it was given, relative to the working directory. */
  readonly dataDir: string;
  /** `host:port,…` of the brokers that records go through; without it services read the log itself. */
  readonly kafka: string | undefined;
  readonly demo: boolean;
  readonly reset: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const command = 'npm start --';
const defaults = { port: '4600', data: '.crossdock' };

const switches = {
  '--no-demo': 'start without the demo store',
  '--reset': 'throw the data away first; asks, so without a terminal it needs --yes',
  '--yes': 'do not ask',
  '--json': 'one JSON object with addresses and tokens on stdout, everything else on stderr',
  '--help': 'show this',
} as const;
const valued = {
  '--port': { value: 'N', help: `port of the API, 0 for any free one (CROSSDOCK_PORT, default ${defaults.port})` },
  '--data': { value: 'DIR', help: `folder of the database and the generated secrets (CROSSDOCK_DATA, default ${defaults.data})` },
  '--kafka': { value: 'HOST:PORT', help: 'brokers, separated by commas, that records go through (CROSSDOCK_KAFKA_BROKERS, default none)' },
} as const;

const examples = { '--port': '4700', '--data': 'DIR', '--kafka': 'localhost:9092' } as const;

type Switch = keyof typeof switches;
type Valued = keyof typeof valued;
const valuedNames = ['--port', '--data', '--kafka'] as const satisfies readonly Valued[];
const switchNames = ['--no-demo', '--reset', '--yes', '--json', '--help'] as const satisfies readonly Switch[];
const names = [...valuedNames, ...switchNames] as const;

const isValued = (name: string): name is Valued => Object.hasOwn(valued, name);
const isSwitch = (name: string): name is Switch => Object.hasOwn(switches, name);

/** Reads the command line, without the program; what it does not say comes from the environment. The last one of an option counts. */
export function parseOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): StartOptions | UsageProblem {
  const given = new Map<Valued, string>();
  const on = new Set<Switch>();
  const rest = argv[Symbol.iterator]();
  for (const argument of rest) {
    const [name, inline] = splitOnce(argument);
    if (isSwitch(name)) {
      if (inline !== undefined)
        return usageProblem(`${name} takes no value, but "${inline}" was given.`, 'It is on when it is there.', `${command} ${name}`);
      on.add(name);
    } else if (isValued(name)) {
      const value = inline ?? rest.next().value;
      if (value === undefined || value === '') return valueProblem(name, 'it is missing');
      given.set(name, value);
    } else {
      return unknownOption(argument, name);
    }
  }
  return interpret(given, on, env);
}

function interpret(
  given: ReadonlyMap<Valued, string>,
  on: ReadonlySet<Switch>,
  env: Readonly<Record<string, string | undefined>>,
): StartOptions | UsageProblem {
  const portText = given.get('--port') ?? (env['CROSSDOCK_PORT'] || defaults.port);
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : Number.NaN;
  if (!(port <= 65_535)) {
    const wrong = `"${portText}" is not a port between 0 and 65535`;
    if (given.has('--port')) return valueProblem('--port', wrong);
    return usageProblem(
      `CROSSDOCK_PORT: ${wrong}.`,
      `It is the ${valued['--port'].help}.`,
      'unset CROSSDOCK_PORT, or give it another value.',
    );
  }
  return {
    kind: 'options',
    port,
    dataDir: given.get('--data') ?? (env['CROSSDOCK_DATA'] || defaults.data),
    kafka: given.get('--kafka') ?? (env['CROSSDOCK_KAFKA_BROKERS'] || undefined),
    demo: !on.has('--no-demo'),
    reset: on.has('--reset'),
    yes: on.has('--yes'),
    json: on.has('--json'),
    help: on.has('--help'),
  };
}

/** What `--help` prints. */
export function helpText(): string {
  const lines = [
    ...valuedNames.map((name) => [`${name} ${valued[name].value}`, valued[name].help] as const),
    ...switchNames.map((name) => [name, switches[name]] as const),
  ].map(([name, help]) => `  ${name.padEnd(18)} ${help}`);
  return `Starts everything on this machine: database, services and a demo store.\n\n  ${command} [options]\n\n${lines.join('\n')}\n`;
}

function valueProblem(name: Valued, wrong: string): UsageProblem {
  const { value, help } = valued[name];
  return usageProblem(`${name} needs a value, ${value}: ${wrong}.`, `${name} is the ${help}.`, `${command} ${name} ${examples[name]}`);
}

function unknownOption(argument: string, name: string): UsageProblem {
  const list = `The options are ${names.join(', ')}.`;
  const help = `${command} --help`;
  if (argument.startsWith('-')) return usageProblem(`There is no option ${name}; did you mean ${nearest(name, names)}?`, list, help);
  return usageProblem(`"${argument}" is not an option.`, `${list} npm keeps options for itself unless "--" stands before them.`, help);
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
