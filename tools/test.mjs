import { stripVTControlCharacters } from 'node:util';
import { install } from './prepare/install.mjs';
import { checkMachine } from './prepare/machine.mjs';
import { runTool } from './problem.mjs';
import { formatDuration, Terminal } from './terminal.mjs';
import { checks, runCheck } from './test/checks.mjs';
import { prepareForKafka } from './test/kafka.mjs';
import { needsKafka, runSpecs, specFiles, specStages } from './test/specs.mjs';

// `npm test`: everything. `npm test -- router`: the specs whose path contains "router"; options go to Vitest as they are.
// The last line is always `N passed, N failed, N skipped`; each check counts as one test.

const startedAt = Date.now();
const args = process.argv.slice(2);
const words = args.filter((arg, index) => !arg.startsWith('-') && !(args[index - 1] ?? '').startsWith('-'));
const terminal = new Terminal(process.stdout);
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
let kafkaPrepared;

const add = (result) => {
  for (const key of Object.keys(total)) total[key] += result[key];
  failures.push(...result.failures);
};

async function check(one) {
  const step = terminal.step(one.name);
  const result = await runCheck(one);
  add(result);
  if (result.failed === 0) step.done(result.detail);
  else step.failed();
  result.failures.forEach(tell);
}

async function specs(projects) {
  const name = projects.join(', ');
  const count = specFiles(projects, words).length;
  if (count > 0 && needsKafka(projects)) await (kafkaPrepared ??= prepareForKafka(terminal));
  const step = terminal.step(name);
  if (count === 0) {
    step.skipped('no such specs');
    return;
  }
  const result = await runSpecs(projects, { args, onProgress: (done, files) => step.progress(done, files) });
  add(result);
  const detail = `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
  if (result.failed === 0) step.done(detail);
  else step.failed(detail);
  result.failures.forEach(tell);
}

function tell({ title, text, place, command }) {
  const plain = terminal.colour ? text : stripVTControlCharacters(text);
  const indented = plain.replaceAll(/^(?=.)/gm, '      ');
  terminal.print(
    `\n    ${terminal.paint('failed', '✗')} ${title}${place === undefined ? '' : `\n      ${place}`}\n${indented}\n      run just this: ${command}\n`,
  );
}

function summarise() {
  if (failures.length > 1) {
    terminal.print('\n  Failed:');
    for (const { title, place, command } of failures) terminal.print(`    ${terminal.paint('failed', '✗')} ${place ?? title}   ${command}`);
  }
  terminal.print(`\n  total ${formatDuration(Date.now() - startedAt)}\n`);
}

await runTool(async () => {
  process.once('exit', (code) => {
    // Something ended us before anything could fail: no packages, Ctrl-C, a bug.
    if (code !== 0 && total.failed === 0) total.failed = 1;
    process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  });
  checkMachine();
  await install(terminal, { quiet: true });
  if (args.length === 0) await Promise.all(checks.map(check));
  for (const projects of specStages) await specs(projects);
  if (total.passed + total.failed + total.skipped === 0) {
    total.failed = 1;
    terminal.print(`\n  No spec was run: no path of a spec contains ${words.map((word) => `"${word}"`).join(' or ')}.`);
  }
  summarise();
  return total.failed === 0 ? 0 : 1;
});
