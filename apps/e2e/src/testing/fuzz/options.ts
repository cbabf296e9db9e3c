/** What somebody who fuzzes asked for. */
export interface FuzzCommand {
  readonly kind: 'options';
  readonly requests: number;
  readonly seed: number | undefined;
  /** A hub that runs already; without it, one is started. */
  readonly hub: { readonly url: string; readonly token: string } | undefined;
  /** Where that hub may send deliveries to. */
  readonly endpoint: string;
  readonly help: boolean;
}

export interface UsageProblem {
  readonly kind: 'problem';
  readonly text: string;
}

export const usage = `Sends requests made from the OpenAPI document, and holds every answer against it.

  npm run fuzz -- [options]

  --requests N    how many (default 20000)
  --seed N        of the requests, to see the same again (default: another each time)
  --url URL       a hub that runs already: stores are made in it, and stay (default: a hub of its own)
  --token TOKEN   of its administrator
  --endpoint URL  where that hub may send deliveries to (default http://127.0.0.1:1/, where nobody listens)
  --help          show this

The exit code is 0 if every answer was as documented, 1 if one was not, 2 if nothing could be tried.`;

const names = ['--requests', '--seed', '--url', '--token', '--endpoint'] as const;
type Name = (typeof names)[number];
const isName = (text: string): text is Name => (names as readonly string[]).includes(text);
const problem = (text: string): UsageProblem => ({ kind: 'problem', text });

/** Reads the command line, without the program. */
export function parseOptions(argv: readonly string[]): FuzzCommand | UsageProblem {
  const given = new Map<Name, string>();
  const rest = argv[Symbol.iterator]();
  let help = false;
  for (const argument of rest) {
    const [, name = argument, inline] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? [];
    if (argument === '--help') help = true;
    else if (!isName(name)) return problem(`There is no option "${argument}". The options are ${[...names, '--help'].join(', ')}.`);
    else {
      const value = inline ?? rest.next().value;
      if (value === undefined || value === '') return problem(`${name} needs a value. --help shows the options.`);
      given.set(name, value);
    }
  }
  return interpret(given, help);
}

function interpret(given: ReadonlyMap<Name, string>, help: boolean): FuzzCommand | UsageProblem {
  const requests = wholeNumber(given.get('--requests') ?? '20000', 1, 10_000_000);
  if (requests === undefined) return problem('--requests needs a whole number from 1 to 10000000.');
  const seed = wholeNumber(given.get('--seed') ?? '0', 0, 2_147_483_647);
  if (seed === undefined) return problem('--seed needs a whole number from 0 to 2147483647.');
  const [url, token] = [given.get('--url'), given.get('--token')];
  if ((url === undefined) !== (token === undefined)) return problem('--url and --token, of its administrator, belong together.');
  for (const [name, value] of [['--url', url] as const, ['--endpoint', given.get('--endpoint')] as const]) {
    if (value !== undefined && !(URL.canParse(value) && /^https?:/.test(value)))
      return problem(`${name} needs an http or https URL, not "${value}".`);
  }
  return {
    kind: 'options',
    requests,
    seed: given.has('--seed') ? seed : undefined,
    hub: url === undefined || token === undefined ? undefined : { url: url.replace(/\/+$/, ''), token },
    endpoint: given.get('--endpoint') ?? 'http://127.0.0.1:1/',
    help,
  };
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}
