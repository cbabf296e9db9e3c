import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf } from '@crossdock/kit';
import { fsyncDelay } from './fsync-delay.ts';
import { parseOptions, usage, type BenchOptions } from './options.ts';
import { machineOf, type Machine } from './report/machine.ts';
import type { ScenarioResult } from './report/report.ts';
import { renderTable } from './report/table.ts';
import { show } from './report/targets.ts';
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
  say(describe(machine, options));
  const workspace = new Workspace(options.dataDir);
  const env = await fsyncDelay(results, options.fsyncDelayMs);
  const interrupted = interruption();
  const measured: ScenarioResult[] = [];
  let failed = false;
  for (const name of options.scenarios) {
    const began = performance.now();
    const progress = (text: string): void => say(`  ${name}: ${text}`);
    try {
      const bench = {
        options,
        env,
        newDataDir: (folder: string) => workspace.newDataDir(folder),
        keep: workspace.keep.bind(workspace),
        say: progress,
      };
      measured.push(await Promise.race([scenarios[name](bench), interrupted.promise]));
      progress(`done in ${show((performance.now() - began) / 1_000, 's')}`);
    } catch (error) {
      failed = true;
      progress(messageOf(error));
    }
    await workspace.clear();
    if (interrupted.isOver()) break;
  }
  interrupted.forget();
  await report({ options, machine, measured, folder: results });
  return failed ? 1 : 0;
}

interface Measured {
  readonly options: BenchOptions;
  readonly machine: Machine;
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

function describe(machine: Machine, { fsyncDelayMs }: BenchOptions): string {
  const { cores, model, memoryBytes, system, node, load } = machine;
  const fsync = `fsync ${show(machine.fsyncMs, 'ms')}${fsyncDelayMs > 0 ? ` + ${fsyncDelayMs} ms` : ''}`;
  return `  ${cores} cores, ${model}, ${show(memoryBytes, 'bytes')}, ${system}, Node ${node}, ${fsync}, load ${load.toFixed(2)}`;
}

/** The first signal ends the measuring in order, what it started included; the second one at once. */
function interruption(): { readonly promise: Promise<never>; isOver(): boolean; forget(): void } {
  let over = false;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, onReject) => (reject = onReject));
  promise.catch(() => undefined);
  const onSignal = (): void => {
    if (over) process.exit(130);
    over = true;
    reject(new Error('interrupted'));
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
