import { resolve } from 'node:path';
import { codeOf, messageOf } from '@crossdock/kit';
import { removeEmbeddedPostgres, stopSignal, waitForDatabase } from '@crossdock/runtime';
import { banner, jsonLine, readyLine } from './cli/banner.ts';
import { describeFailure } from './cli/describe-failure.ts';
import { helpText, parseOptions, type StartOptions } from './cli/options.ts';
import { resetData, terminalAsk } from './cli/reset-data.ts';
import { Steps } from './cli/steps.ts';
import { formatProblem } from './cli/usage-problem.ts';
import { openDemo, type Demo } from './demo/open-demo.ts';
import { pushTo } from './demo/push-to.ts';
import { removeRunning, writeRunning } from './running-file.ts';
import { startEmbedded, startOnDatabase, type EmbeddedOptions, type Hub } from './start-embedded.ts';

type Env = Readonly<Record<string, string | undefined>>;

const OK = 0;
const FAILED = 1;
const USAGE = 2;
const DATABASE_WAIT_MS = 10_000;

/** The command line of the embedded mode: starts everything, says where it is, and ends it in order. Answers the exit code. */
export async function runAllInOne(argv: readonly string[], env: Env): Promise<number> {
  const options = parseOptions(argv, env);
  if (options.kind === 'problem') {
    process.stderr.write(formatProblem(options));
    return USAGE;
  }
  if (options.help) {
    process.stdout.write(helpText());
    return OK;
  }
  const talk = options.json ? process.stderr : process.stdout;
  const steps = new Steps(talk, { env, now: () => performance.now() });
  try {
    return (await reset(options, talk)) ?? (await start(options, env, steps));
  } catch (error) {
    steps.fail();
    process.stderr.write(describeFailure(error));
    return FAILED;
  }
}

/** Throws the data away where that was asked for. Answers an exit code if the start ends here. */
async function reset(options: StartOptions, talk: NodeJS.WriteStream): Promise<number | undefined> {
  if (!options.reset) return undefined;
  const ask = terminalAsk(process.stdin, talk);
  const result = await resetData({
    dataDir: resolve(options.dataDir),
    yes: options.yes,
    removeDatabase: removeEmbeddedPostgres,
    ...(ask === undefined ? {} : { ask }),
  });
  if (result.kind === 'problem') {
    process.stderr.write(formatProblem(result));
    return USAGE;
  }
  return result.kind === 'declined' ? FAILED : undefined;
}

async function start(options: StartOptions, env: Env, steps: Steps): Promise<number> {
  const ended = stopSignal();
  // The starter is gone: nobody is left to stop this process.
  process.once('disconnect', () => ended.stop(undefined));
  const dataDir = resolve(options.dataDir);
  const embedded = await startHub(
    {
      dataDir,
      port: options.port,
      env: { ...ownSettings(env), ...(options.kafka === undefined ? {} : { CROSSDOCK_KAFKA_BROKERS: options.kafka }) },
      onFatal: (error) => ended.stop(error),
      onLog: (line) => steps.print(`    ${line}`),
      onStep: (name) => {
        const step = steps.begin(name);
        return (detail, newName) => step.done(detail, newName);
      },
    },
    env['CROSSDOCK_DATABASE_URL'],
  );
  const demo = await demoOf(options, embedded, dataDir, steps);
  await writeRunning(dataDir, { pid: process.pid, api: embedded.url, database: embedded.databaseUrl });
  announce(options, embedded, demo);
  const stopped = new AbortController();
  const samples = pushSamples(demo, embedded.url, stopped.signal, steps);

  const fatal = await ended.promise;
  if (process.connected) process.disconnect();
  if (fatal !== undefined) process.stderr.write(describeFailure(fatal));
  stopped.abort();
  await samples;
  await embedded.close();
  await demo?.close();
  await removeRunning(dataDir);
  (options.json ? process.stderr : process.stdout).write(`  stopped, data kept in ${options.dataDir}\n`);
  return fatal === undefined ? OK : FAILED;
}

/** On the database that the environment names, else on a Postgres of its own. */
async function startHub(options: EmbeddedOptions, databaseUrl: string | undefined): Promise<Hub> {
  if (databaseUrl === undefined || databaseUrl === '') return await startEmbedded(options);
  const begun = options.onStep?.('postgres');
  const { version } = await waitForDatabase(databaseUrl, DATABASE_WAIT_MS);
  begun?.('of CROSSDOCK_DATABASE_URL', `postgres ${version}`);
  return await startOnDatabase(databaseUrl, options);
}

/** Settings of the hub itself; the starter's own are not among them. */
function ownSettings(env: Env): Env {
  const starters = new Set(['CROSSDOCK_DATA', 'CROSSDOCK_PORT', 'CROSSDOCK_TEST_POSTGRES_URL', 'CROSSDOCK_CHAOS_CYCLES']);
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('CROSSDOCK_') && !starters.has(name)));
}

async function demoOf(options: StartOptions, embedded: Hub, dataDir: string, steps: Steps): Promise<Demo | undefined> {
  if (!options.demo) return undefined;
  const step = steps.begin('demo');
  const { stores, mappings, parameters } = embedded.running.adapters;
  try {
    const demo = await openDemo({ directory: stores, mappings, parameters, dataDir });
    step.done(demo.summary);
    return demo;
  } catch (error) {
    // A demo that does not start is no reason not to run.
    step.failed(`${codeOf(error) ?? ''} ${messageOf(error)}`.trim());
    return undefined;
  }
}

/** The samples are pushed once, while people read the banner. */
async function pushSamples(demo: Demo | undefined, url: string, stop: AbortSignal, steps: Steps): Promise<void> {
  if (demo === undefined) return;
  try {
    await demo.pushSamples({ push: pushTo(url, demo.storeId, demo.token), stop });
  } catch (error) {
    steps.print(`    The samples could not all be pushed: ${messageOf(error)}`);
  }
}

function announce(options: StartOptions, embedded: Hub, demo: Demo | undefined): void {
  const facts = { url: embedded.url, adminToken: embedded.secrets.adminToken, ...(demo === undefined ? {} : { demo }) };
  if (options.json) {
    process.stdout.write(
      `${jsonLine({ ...facts, databaseUrl: embedded.databaseUrl, kafka: options.kafka, dataDir: resolve(options.dataDir), pid: process.pid })}\n`,
    );
    return;
  }
  process.stdout.write(banner({ ...facts, dataDir: options.dataDir }));
  if (!process.stdout.isTTY) process.stdout.write(`${readyLine(embedded.url)}\n`);
}
