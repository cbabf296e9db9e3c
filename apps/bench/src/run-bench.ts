import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HubError, messageOf } from '@crossdock/kit';
import { fsyncDelay } from './fsync-delay.ts';
import { parseOptions, usage, type BenchOptions } from './options.ts';
import { machineOf, type Machine } from './report/machine.ts';
import type { ScenarioResult } from './report/report.ts';
import { renderTable } from './report/table.ts';
import { show } from './report/show.ts';
import type { Bench } from './scenarios/bench.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { Workspace } from './workspace.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Measures what the command line asks for. Answers the exit code: 1 when something could not be measured. */
export async function runBench(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.kind === 'problem') {
    say(options.text);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const results = join(resolve(options.dataDir), 'bench', 'results');
  await mkdir(results, { recursive: true });
  const machine = await machineOf(results);
  const workspace = await Workspace.open(options.dataDir);
  const brokers = options.kafka === undefined ? {} : { CROSSDOCK_KAFKA_BROKERS: options.kafka };
  const env = { ...(await fsyncDelay(results, options.fsyncDelayMs)), ...brokers };
  const interrupted = interruption();
  const postgres = new Set<string>();
  const measured: ScenarioResult[] = [];
  let failed = false;
  for (const name of options.scenarios) {
    const began = performance.now();
    const progress = (text: string): void => say(`  ${name}: ${text}`);
    const deadline = deadlineOf(options);
    const bench: Bench = {
      options,
      env,
      newDataDir: (folder) => workspace.newDataDir(folder),
      keep: (stoppable) => workspace.keep(stoppable),
      say: progress,
      onPostgres: (version) => postgres.add(version),
    };
    try {
      measured.push(await Promise.race([scenarios[name](bench), interrupted.promise, deadline.promise]));
      progress(`done in ${show((performance.now() - began) / 1_000, 's')}`);
    } catch (error) {
      failed = true;
      progress(messageOf(error));
    }
    deadline.clear();
    await workspace.clear();
    if (interrupted.isOver()) break;
  }
  interrupted.forget();
  await report({ options, machine: { ...machine, postgres: [...postgres].join(', ') }, measured, folder: results });
  return failed ? 1 : 0;
}

const MINUTES = { quick: 3, usual: 6, full: 30 } as const;

/** A scenario that takes much longer than it should will never end. */
function deadlineOf({ size, seconds, runs }: BenchOptions): { readonly promise: Promise<never>; clear(): void } {
  const minutes = MINUTES[size] + (seconds * runs * 4) / 60;
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new HubError('bench_failed', `given up after ${minutes.toFixed(1)} minutes`)), minutes * 60_000);
  });
  promise.catch(() => undefined);
  return { promise, clear: () => clearTimeout(timer) };
}

interface Measured {
  readonly options: BenchOptions;
  readonly machine: Machine & { readonly postgres: string };
  readonly measured: readonly ScenarioResult[];
  readonly folder: string;
}

async function report({ options, machine, measured, folder }: Measured): Promise<void> {
  if (measured.length === 0) return;
  const json = JSON.stringify({ at: new Date().toISOString(), machine, options, results: measured }, undefined, 2);
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.json`);
  await writeFile(file, `${json}\n`);
  const table = renderTable(measured);
  if (options.json) {
    say(table);
    process.stdout.write(`${json}\n`);
  } else process.stdout.write(`\n${describe(machine, options)}\n\n${table}\n`);
  say(`\n  ${file}`);
}

function describe(machine: Measured['machine'], { fsyncDelayMs }: BenchOptions): string {
  const { cores, model, memoryBytes, system, node, postgres, load, parseUs, echoUs, fsyncMs } = machine;
  const fsync = `fsync ${show(fsyncMs, 'ms')}${fsyncDelayMs > 0 ? ` + ${fsyncDelayMs} ms` : ''}`;
  return [
    `  ${cores} cores, ${model}, ${show(memoryBytes, 'bytes')}, ${system}, Node ${node}, Postgres ${postgres}, load ${load.toFixed(2)} at the start`,
    `  ${fsync}; parsing an order ${show(parseUs, 'µs')}, sending it over the loopback and back ${show(echoUs, 'µs')} of a processor`,
  ].join('\n');
}

/** The first signal ends the measuring in order, what it started included; the second one at once. */
function interruption(): { readonly promise: Promise<never>; isOver(): boolean; forget(): void } {
  let over = false;
  let reject: (error: HubError) => void = () => undefined;
  const promise = new Promise<never>((_resolve, onReject) => (reject = onReject));
  promise.catch(() => undefined);
  const onSignal = (): void => {
    if (over) process.exit(130);
    over = true;
    reject(new HubError('bench_failed', 'interrupted'));
  };
  const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'];
  for (const event of events) process.on(event, onSignal);
  return {
    promise,
    isOver: () => over,
    forget: () => {
      for (const event of events) process.off(event, onSignal);
      // The channel to whoever started us would keep the process from ending.
      if (process.connected) process.disconnect();
    },
  };
}
