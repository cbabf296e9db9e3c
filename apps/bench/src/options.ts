export const scenarioNames = ['accept', 'pipeline', 'latency', 'isolation', 'claim', 'rebuild', 'curve', 'memory', 'routing'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What somebody who measures asked for. */
export interface BenchOptions {
  readonly kind: 'options';
  readonly scenarios: readonly ScenarioName[];
  /** Length of what is measured, warming up apart. */
  readonly seconds: number;
  /** Repetitions where a median is taken. */
  readonly runs: number;
  readonly size: 'quick' | 'usual' | 'full';
  readonly json: boolean;
  readonly profile: boolean;
  /** Added to every fsync. */
  readonly fsyncDelayMs: number;
  readonly dataDir: string;
  /** `host:port,…` of the brokers that records go through; without it the hub reads its log. */
  readonly kafka: string | undefined;
  readonly help: boolean;
}

export interface UsageProblem {
  readonly kind: 'problem';
  readonly text: string;
}

const defaults = {
  quick: { seconds: 3, runs: 1 },
  usual: { seconds: 10, runs: 3 },
  full: { seconds: 20, runs: 5 },
} as const;

const numbers = { '--seconds': { min: 1, max: 3_600 }, '--runs': { min: 1, max: 100 }, '--fsync-delay-ms': { min: 0, max: 100 } } as const;
type NumberName = keyof typeof numbers;
const switches = ['--json', '--quick', '--full', '--profile', '--help'] as const;
type Switch = (typeof switches)[number];

export const usage: string = `npm run bench -- [scenario …] [options]

  scenarios         ${scenarioNames.join(', ')}; all of them without a name
  --seconds N       how long each measurement takes, warming up apart (default ${defaults.usual.seconds}, with --quick ${defaults.quick.seconds}, with --full ${defaults.full.seconds})
  --runs N          repetitions where a median is taken (default ${defaults.usual.runs}, with --quick ${defaults.quick.runs}, with --full ${defaults.full.runs})
  --quick           everything small: to see that it works
  --full            everything large: a million messages in the log, 400 days of partitions
  --fsync-delay-ms N  makes every fsync of Postgres slower, as a cloud disk is (Linux, needs a C compiler)
  --kafka HOST:PORT with accept, pipeline and latency: records go through these brokers (npm run kafka -- up)
  --profile         with accept, pipeline and latency: which functions and statements take the time
  --json            the results as JSON on stdout, everything else on stderr
  --data DIR        folder for the databases, which are removed, and bench/results (default .crossdock)`;

const isScenario = (text: string): text is ScenarioName => (scenarioNames as readonly string[]).includes(text);
const isNumberName = (text: string): text is NumberName => Object.hasOwn(numbers, text);
const isSwitch = (text: string): text is Switch => (switches as readonly string[]).includes(text);
const problem = (text: string): UsageProblem => ({ kind: 'problem', text });

/** Reads the command line, without the program. */
export function parseOptions(argv: readonly string[]): BenchOptions | UsageProblem {
  const scenarios: ScenarioName[] = [];
  const on = new Set<Switch>();
  const given = new Map<NumberName, number>();
  let dataDir = '.crossdock';
  let kafka: string | undefined;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (isScenario(argument)) scenarios.push(argument);
    else if (isSwitch(argument)) on.add(argument);
    else if (isNumberName(argument)) {
      const number = readNumber(argument, argv[(index += 1)]);
      if (typeof number !== 'number') return number;
      given.set(argument, number);
    } else if (argument === '--data') {
      const next = argv[(index += 1)];
      if (next === undefined || next === '') return problem('--data needs a folder.');
      dataDir = next;
    } else if (argument === '--kafka') {
      kafka = argv[(index += 1)];
      if (kafka === undefined || kafka === '') return problem('--kafka needs brokers, such as 127.0.0.1:19092.');
    } else return problem(`There is no "${argument}". Scenarios are ${scenarioNames.join(', ')}; --help shows the options.`);
  }
  const size = on.has('--quick') ? 'quick' : on.has('--full') ? 'full' : 'usual';
  return {
    kind: 'options',
    scenarios: scenarios.length === 0 ? scenarioNames : [...new Set(scenarios)],
    seconds: given.get('--seconds') ?? defaults[size].seconds,
    runs: given.get('--runs') ?? defaults[size].runs,
    size,
    json: on.has('--json'),
    profile: on.has('--profile'),
    fsyncDelayMs: given.get('--fsync-delay-ms') ?? 0,
    dataDir,
    kafka,
    help: on.has('--help'),
  };
}

function readNumber(name: NumberName, text: string | undefined): number | UsageProblem {
  const { min, max } = numbers[name];
  const value = Number(text);
  if (text !== undefined && text !== '' && value >= min && value <= max) return value;
  return problem(`${name} needs a number from ${min} to ${max}${text === undefined ? '' : `, not "${text}"`}.`);
}
