import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { checkMachine, root } from './prepare/machine.mjs';
import { nearest } from './options.mjs';
import { Problem, runTool } from './problem.mjs';
import { supervise } from './supervise.mjs';
import { Terminal } from './terminal.mjs';

// `npm run migrate`, `secrets`, `rotate`, `rebuild`, `verify`, `bench`, `conformance`, `fuzz`: makes sure the program is installed and compiled, then runs it.
// All talk goes to stderr: stdout belongs to the program.

const commands = {
  migrate: { project: 'apps/all-in-one', main: 'dist/migrate.js' },
  secrets: { project: 'apps/all-in-one', main: 'dist/secrets.js' },
  rotate: { project: 'apps/all-in-one', main: 'dist/rotate.js' },
  rebuild: { project: 'apps/all-in-one', main: 'dist/rebuild.js' },
  verify: { project: 'apps/all-in-one', main: 'dist/verify.js' },
  bench: { project: 'apps/bench', main: 'dist/main.js' },
  conformance: { project: 'apps/conformance', main: 'dist/main.js' },
  fuzz: { project: 'apps/e2e', main: 'dist/testing/fuzz/main.js' },
};

await runTool(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, name)) {
    throw new Problem({
      what: name === '' ? 'There is nothing to run.' : `There is no command "${name}".`,
      why: `The commands are ${Object.keys(commands).join(', ')}.`,
      next: `npm run ${nearest(name, Object.keys(commands))}`,
      exitCode: 2,
    });
  }
  const { project, main } = commands[name];
  const terminal = new Terminal(process.stderr);
  checkMachine();
  await install(terminal, { quiet: true });
  await build(terminal, project, { quiet: true });
  const program = `${project}/${main}`;
  if (!existsSync(join(root, program))) {
    throw new Problem({
      what: `There is no ${program}.`,
      why: `"${name}" should have been compiled to it.`,
      next: 'npx tsc -b --force, then try again.',
    });
  }
  return supervise([program, ...args], { say: (text) => process.stderr.write(text) });
});
