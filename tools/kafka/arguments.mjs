import { Problem } from '../problem.mjs';

/**
 * @typedef {{ name: 'up', brokers: 1 | 3 | undefined, reset: boolean } | { name: 'down' | 'status' | 'warm' | 'help' }
 *   | { name: 'kill' | 'stop' | 'start' | 'pause' | 'resume', ids: number[] } | { name: 'cli', tool: string, args: string[] }} Command
 */

/** What `npm run kafka` can do. */
export const commands = [
  { name: 'up', usage: 'up [1|3]', help: 'start one broker, or three; the data of the last time are kept, --reset throws them away' },
  { name: 'down', usage: 'down', help: 'stop all brokers; their data stay' },
  { name: 'status', usage: 'status', help: 'which brokers run, and what they know of each other' },
  { name: 'kill', usage: 'kill I', help: 'SIGKILL for broker I' },
  { name: 'stop', usage: 'stop I', help: 'SIGTERM for broker I' },
  { name: 'start', usage: 'start I...', help: 'start brokers again, on their data' },
  { name: 'pause', usage: 'pause I', help: 'SIGSTOP for broker I: it keeps its connections and does not answer' },
  { name: 'resume', usage: 'resume I', help: 'SIGCONT for broker I' },
  { name: 'warm', usage: 'warm', help: 'fetch Kafka and make it ready, without leaving anything running' },
  { name: 'cli', usage: 'cli TOOL args...', help: "one of Kafka's own tools, such as topics, console-consumer, consumer-groups" },
];

const command = 'npm run kafka --';
const exampleOf = {
  up: 'up 3',
  kill: 'kill 1',
  stop: 'stop 1',
  start: 'start 1',
  pause: 'pause 1',
  resume: 'resume 1',
  cli: 'cli topics --list',
};

/** All of it, for `help`. */
export const helpText = `Kafka on this machine, for tests and development: 127.0.0.1:19092 and on.

${commands.map(({ usage, help }) => `  ${command} ${usage.padEnd(17)} ${help}`).join('\n')}

  KAFKA_VERSION  another version than 4.3.1
  KAFKA_PORT     another first port than 19092
  KAFKA_DATA     another folder for data and logs than .kafka; two clusters need two folders and two ports
  KAFKA_CACHE    another folder for what is fetched than ~/.cache/crossdock/kafka
  KAFKA_HEAP     more memory for each broker than 256m
`;

const readers = {
  up: readUp,
  down: readNothing,
  status: readNothing,
  warm: readNothing,
  kill: readIds,
  stop: readIds,
  start: readIds,
  pause: readIds,
  resume: readIds,
  cli: readTool,
};

/**
 * Throws a `Problem` that says what is wrong with them.
 * @param {readonly string[]} args
 * @returns {Command}
 */
export function readArguments(args) {
  const [name = 'help', ...rest] = args;
  if (['help', '--help', '-h'].includes(name)) return { name: 'help' };
  if (Object.hasOwn(readers, name)) return readers[name](name, rest);
  throw new Problem({
    what: `There is no command "${name}".`,
    why: `The commands are ${commands.map((one) => one.name).join(', ')}.`,
    next: `${command} help`,
    exitCode: 2,
  });
}

function readNothing(name, args) {
  if (args.length === 0) return { name };
  throw misused(`"${name}" takes nothing, but "${args.join(' ')}" was given.`, name);
}

function readTool(name, [tool, ...args]) {
  if (tool === undefined) throw misused(`"${name}" needs the name of a tool.`, name);
  return { name, tool, args };
}

function readUp(name, args) {
  const counts = args.filter((arg) => arg !== '--reset');
  const wrong = counts.find((count) => count !== '1' && count !== '3') ?? counts[1];
  if (wrong !== undefined) throw misused(`"${counts.join(' ')}" is not a number of brokers: it is 1 or 3.`, name);
  const brokers = counts[0] === undefined ? undefined : counts[0] === '3' ? 3 : 1;
  return { name, brokers, reset: args.includes('--reset') };
}

function readIds(name, args) {
  if (args.length === 0) throw misused(`"${name}" needs the number of a broker.`, name);
  const wrong = args.find((arg) => !/^[1-9]$/.test(arg));
  if (wrong !== undefined) throw misused(`"${wrong}" is not the number of a broker; they are 1, or 1 to 3.`, name);
  return { name, ids: args.map(Number) };
}

function misused(what, name) {
  const { usage: form, help } = commands.find((one) => one.name === name);
  return new Problem({ what, why: `${form}: ${help}.`, next: `${command} ${exampleOf[name] ?? name}`, exitCode: 2 });
}
