import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Problem, runTool } from '../problem.mjs';
import { formatStep, Terminal } from '../terminal.mjs';
import { helpText, readArguments } from './arguments.mjs';
import { openKafka, startKafka } from './cluster.mjs';
import { javaArguments } from './command.mjs';
import { readState } from './launch.mjs';
import { askMetadata } from './metadata.mjs';
import { prepareKafka } from './prepare.mjs';
import { endNodes, findProcess, livingNodes } from './processes.mjs';
import { addressesOf } from './properties.mjs';
import { readSettings } from './settings.mjs';

// `npm run kafka -- up`: a real Kafka on this machine, without containers. Built-ins only, so it runs before anything is installed.
// All talk goes to stderr; stdout has the addresses of the brokers, or what one of Kafka's tools says.

const graceMs = 3000;
const terminal = new Terminal(process.stderr);
const tools = {
  'console-consumer': 'consumer.ConsoleConsumer',
  'console-producer': 'ConsoleProducer',
  'consumer-groups': 'consumer.group.ConsumerGroupCommand',
  topics: 'TopicCommand',
};

const actions = { help, up, down, status, warm, cli, kill: tell, stop: tell, start: tell, pause: tell, resume: tell };

await runTool(() => {
  const command = readArguments(process.argv.slice(2));
  return actions[command.name](command, readSettings());
});

function help() {
  process.stdout.write(helpText);
  return Promise.resolve(0);
}

async function warm(_, settings) {
  await prepareKafka(settings, { terminal, again: true });
  return 0;
}

async function up({ brokers, reset }, settings) {
  const state = reset ? undefined : readState(settings.data);
  const cluster = state === undefined ? await begin(brokers ?? 1, settings) : await goOn(state, brokers, settings);
  process.stdout.write(`${cluster.brokers.join(',')}\n`);
  return 0;
}

async function begin(brokers, settings) {
  const { version, data, port } = settings;
  await prepareKafka(settings, { terminal });
  return step(
    `kafka ${version}`,
    () => startKafka({ brokers, version, port, dir: data, keep: true }),
    (cluster) => cluster.brokers.join(', '),
  );
}

async function goOn(state, brokers, { version, data, port }) {
  const count = state.nodes.length;
  const wanted = [brokers ?? count, version, port];
  const found = [count, state.version, state.nodes[0].port];
  if (wanted.join() !== found.join()) {
    throw new Problem({
      what: `${data} holds another cluster: ${describe(...found)}.`,
      why: `Asked for was ${describe(...wanted)}. The data of one cannot be used by the other.`,
      next: `npm run kafka -- up ${brokers ?? count} --reset throws the data away. KAFKA_DATA and KAFKA_PORT name a place for a second one.`,
    });
  }
  const cluster = await openKafka(data, { terminal });
  await step(
    `kafka ${version}`,
    () => cluster.start(...cluster.ids),
    () => cluster.brokers.join(', '),
  );
  return cluster;
}

function describe(count, version, port) {
  return `${count === 1 ? 'one broker' : `${count} brokers`} of Kafka ${version} from port ${port} on`;
}

async function down(_, { data }) {
  const ids = livingNodes(data);
  if (ids.length === 0) terminal.print(formatStep({ mark: '-', name: 'kafka', detail: 'no broker was running' }));
  else
    await step(
      'kafka',
      () => endNodes(data, ids, graceMs),
      () => `${named(ids)} stopped, the data are kept`,
    );
  return 0;
}

async function status(_, { data }) {
  const { nodes } = stateOf(data);
  const all = await Promise.all(
    nodes.map(async (node) => ({ node, found: findProcess(data, node.id), metadata: await askMetadata(node.port) })),
  );
  for (const { node, found, metadata } of all) {
    const [address] = addressesOf([node]);
    const view = metadata === undefined ? 'does not answer' : `sees ${metadata.brokers.join(', ')}`;
    const state = found?.alive === true ? `process ${found.pid}, ${view}` : 'down';
    process.stdout.write(`${node.id}  ${address}  ${state}\n`);
  }
  // As other programs that are asked for the state of a service.
  return all.every(({ found, metadata }) => found?.alive === true && metadata !== undefined) ? 0 : 3;
}

async function tell({ name, ids }, { data }) {
  stateOf(data);
  const cluster = await openKafka(data, { terminal });
  await step(
    name,
    async () => {
      if (name === 'start') await cluster.start(...ids);
      else for (const id of ids) await cluster[name](id);
    },
    () => named(ids),
  );
  return 0;
}

async function cli({ tool, args }, settings) {
  const state = stateOf(settings.data);
  const installation = await prepareKafka({ ...settings, version: state.version }, { terminal });
  const main = `org.apache.kafka.tools.${Object.hasOwn(tools, tool) ? tools[tool] : tool}`;
  const all = ['--bootstrap-server', addressesOf(state.nodes).join(','), ...args];
  const child = spawn(installation.java, javaArguments(installation, { main, args: all, heap: settings.heap }), { stdio: 'inherit' });
  // A Ctrl-C in the terminal reaches it as well, and what it does then is its own affair.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function stateOf(folder) {
  const state = readState(folder);
  if (state !== undefined) return state;
  throw new Problem({ what: 'There is no local Kafka yet.', why: `Its data would be in ${folder}.`, next: 'npm run kafka -- up' });
}

function named(ids) {
  return `${ids.length === 1 ? 'broker' : 'brokers'} ${ids.join(', ')}`;
}

async function step(label, work, detail) {
  const shown = terminal.step(label);
  const timer = setInterval(() => shown.progress(0), 1000);
  try {
    const result = await work();
    shown.done(detail(result));
    return result;
  } catch (error) {
    shown.failed();
    throw error;
  } finally {
    clearInterval(timer);
  }
}
