import 'reflect-metadata';
import { messageOf } from '@crossdock/kit';
import { fuzzEmbedded } from './fuzz-embedded.ts';
import { fuzz, type FuzzOptions, type FuzzReport } from './fuzz.ts';
import { parseOptions, usage, type FuzzCommand } from './options.ts';
import { reportOf } from './report.ts';

const say = (text: string): void => void process.stderr.write(text);
const EVERY_MS = 1_000;

async function run(argv: readonly string[]): Promise<number> {
  const command = parseOptions(argv);
  if (command.kind === 'problem') {
    say(`${command.text}\n`);
    return 2;
  }
  if (command.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { hub, requests, seed = Math.floor(Math.random() * 2 ** 31) } = command;
  say(`${requests.toLocaleString('en')} requests to ${hub === undefined ? 'a hub of its own' : hub.url}, seed ${seed}\n`);
  const options = { requests, seed, onProgress: progress(requests) };
  try {
    const report = await runFuzz(command, options);
    process.stdout.write(`\n${reportOf(report)}`);
    return report.findings.length === 0 ? 0 : 1;
  } catch (error) {
    say(`\nNothing could be tried: ${messageOf(error)}\n`);
    return 2;
  }
}

async function runFuzz({ hub, endpoint }: FuzzCommand, options: FuzzOptions): Promise<FuzzReport> {
  if (hub === undefined) return await fuzzEmbedded(options);
  return await fuzz({ url: hub.url, adminToken: hub.token, endpoints: [endpoint] }, options);
}

function progress(requests: number): NonNullable<FuzzOptions['onProgress']> {
  const began = performance.now();
  let told = began;
  return (sent, findings) => {
    const now = performance.now();
    if (now - told < EVERY_MS) return;
    told = now;
    const rate = Math.round(sent / ((now - began) / 1_000));
    say(`${sent.toLocaleString('en')} of ${requests.toLocaleString('en')}, ${rate}/s, ${findings} findings\n`);
  };
}

process.exitCode = await run(process.argv.slice(2));
