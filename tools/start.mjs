import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpText, readOptions, startOptions } from './options.mjs';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { checkMachine, root } from './prepare/machine.mjs';
import { Problem, runTool } from './problem.mjs';
import { supervise } from './supervise.mjs';
import { Terminal } from './terminal.mjs';

// `npm start`: from a fresh clone to a running hub. Built-ins only, for it runs before anything is installed.
// It checks, installs and compiles; the program it then starts brings up the database and the services and says where they are.

const tool = {
  command: 'npm start --',
  about: 'Starts everything on this machine: database, services and a demo store.',
  options: startOptions,
};
const project = 'apps/all-in-one';

await runTool(async () => {
  const args = process.argv.slice(2);
  const options = readOptions(args, tool);
  if (options.has('--help')) {
    process.stdout.write(helpText(tool));
    return 0;
  }
  const stream = options.has('--json') ? process.stderr : process.stdout;
  const terminal = new Terminal(stream);
  checkMachine();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  terminal.print(`\n  crossdock ${version}   everything runs on this machine\n`);
  await install(terminal);
  await build(terminal, project);
  const main = `${project}/dist/main.js`;
  if (!existsSync(join(root, main))) {
    throw new Problem({
      what: `There is no ${main}.`,
      why: 'It should have been compiled.',
      next: 'npx tsc -b --force, then npm start again.',
    });
  }
  return supervise([main, ...args], { say: (text) => stream.write(text) });
});
