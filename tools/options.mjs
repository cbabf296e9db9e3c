import { Problem } from './problem.mjs';

/**
 * @typedef {{ name: string, value?: string, help: string, check?: (text: string) => string | undefined }} Option
 * `value` names what follows the option; without it the option stands alone. `check` says what is wrong with a value.
 */

/** @type {readonly Option[]} */
export const startOptions = [
  { name: '--port', value: 'N', help: 'port of the API, 0 for any free one (default 4600)', check: checkPort },
  { name: '--data', value: 'DIR', help: 'folder of the database and the generated secrets (default .crossdock)' },
  { name: '--kafka', value: 'HOST:PORT', help: 'brokers, separated by commas, that records go through (default none)' },
  { name: '--no-demo', help: 'start without the demo store' },
  { name: '--reset', help: 'throw the data away first' },
  { name: '--yes', help: 'do not ask' },
  { name: '--json', help: 'one JSON object with addresses and token on stdout, everything else on stderr' },
  { name: '--help', help: 'show this' },
];

/**
 * Checks the arguments against the options a tool knows, without interpreting them: whoever is started reads them itself.
 * @param {readonly string[]} args
 * @param {{ command: string, options: readonly Option[] }} tool
 * @returns {ReadonlyMap<string, string | true>} the last value of each option
 */
export function readOptions(args, { command, options }) {
  const found = new Map();
  for (let index = 0; index < args.length; index += 1) {
    const [name, inline] = splitOnce(args[index], '=');
    const option = options.find((candidate) => candidate.name === name);
    if (option === undefined) throw unknownOption(args[index], { command, options });
    if (option.value === undefined) {
      if (inline !== undefined)
        throw usage(`${name} takes no value, but "${inline}" was given.`, `It is on when it is there.`, `${command} ${name}`);
      found.set(name, true);
    } else {
      const value = inline ?? args[(index += 1)];
      checkValue(option, value, command);
      found.set(name, value);
    }
  }
  return found;
}

function checkValue(option, value, command) {
  const wrong = value === undefined || value === '' ? 'it is missing' : option.check?.(value);
  if (wrong === undefined) return;
  const { name } = option;
  throw usage(
    `${name} needs a value, ${option.value}: ${wrong}.`,
    `${name} is the ${option.help}.`,
    `${command} ${name} ${example(option)}`,
  );
}

/**
 * @param {{ command: string, about: string, options: readonly Option[] }} tool
 */
export function helpText({ command, about, options }) {
  const lines = options.map(({ name, value, help }) => `  ${`${name} ${value ?? ''}`.padEnd(18)} ${help}`);
  return `${about}\n\n  ${command} [options]\n\n${lines.join('\n')}\n`;
}

/** @param {string} text */
function checkPort(text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port >= 0 && port <= 65_535 ? undefined : `"${text}" is not a port between 0 and 65535`;
}

const example = (option) => (option.name === '--port' ? '4700' : option.value);

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function unknownOption(given, { command, options }) {
  const names = options.map(({ name }) => name);
  const list = `The options are ${names.join(', ')}.`;
  if (!given.startsWith('-')) {
    return usage(
      `"${given}" is not an option.`,
      `${list} npm keeps options for itself unless "--" stands before them.`,
      `${command} --help`,
    );
  }
  const [name] = splitOnce(given, '=');
  return usage(`There is no option ${name}; did you mean ${nearest(name, names)}?`, list, `${command} --help`);
}

const usage = (what, why, next) => new Problem({ what, why, next, exitCode: 2 });

/**
 * The word that was probably meant.
 * @param {string} word
 * @param {readonly string[]} words
 */
export const nearest = (word, words) => [...words].sort((a, b) => distance(word, a) - distance(word, b))[0];

/** How many letters must change to make one word of the other. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
