import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './workspace.ts';

// The starter runs npm and the compiler; here both are short scripts that do what it looks at, and write down that they ran.
const npm = `
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_NPM === 'offline') {
  console.error('npm http fetch GET attempt 1\\nnpm error code ENOTFOUND\\nnpm error network request failed');
  process.exit(1);
}
console.error('npm http fetch GET 200\\nnpm http fetch GET 200');
mkdirSync('node_modules/typescript/bin', { recursive: true });
cpSync('tsc.mjs', 'node_modules/typescript/bin/tsc');
writeFileSync('node_modules/typescript/package.json', '{ "type": "module" }');
cpSync('package-lock.json', 'node_modules/.package-lock.json');
`;
const tsc = `
import { appendFileSync, cpSync, writeFileSync, mkdirSync } from 'node:fs';
appendFileSync('tsc.log', process.argv.slice(2).join(' ') + '\\n');
const project = process.argv.at(-1);
console.log("[1:00:00 PM] Projects in this build:\\n    * " + project + "/tsconfig.json\\n");
console.log("[1:00:00 PM] Project '" + project + "/tsconfig.json' is out of date because a file changed\\n");
console.log("[1:00:00 PM] Building project '" + project + "/tsconfig.json'...\\n");
if (process.env.FAKE_TSC === 'fails') {
  console.log("apps/x/src/a.ts(1,1): error TS6305: Output file has not been built\\nlibs/y/src/b.ts(2,3): error TS2322: Type is wrong");
  process.exit(1);
}
mkdirSync(project + '/dist', { recursive: true });
writeFileSync(project + '/dist/index.js', '');
cpSync(project + '/src/main.ts', project + '/dist/main.js');
`;
const main = `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const forever = () => setInterval(() => undefined, 1000);
const behaviours = {
  args: () => { console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7; },
  polite: () => { process.on('SIGTERM', () => { console.log('told SIGTERM'); process.exit(3); }); forever(); console.log('ready'); },
  stubborn: () => {
    process.on('SIGINT', () => console.log('told SIGINT'));
    const helper = spawn(process.execPath, ['-e', 'process.on("SIGINT", () => undefined); setInterval(() => undefined, 1000); console.log("ready")'], { stdio: 'inherit' });
    console.log('helper ' + helper.pid);
    forever();
  },
  orphan: () => { process.on('disconnect', () => { writeFileSync('orphaned', ''); process.exit(); }); forever(); console.log('ready'); },
};
behaviours[process.env.FAKE_MAIN ?? 'args']();
`;

export interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when stdout holds the text; fails when the process ends without. */
  said(text: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface FakeWorkspace {
  readonly place: string;
  run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Run;
  write(file: string, text: string): void;
  remove(file: string): void;
  /** How often the fake npm and the fake compiler ran. */
  counts(): { readonly npm: number; readonly tsc: number };
  dispose(): void;
}

/** A workspace with our tools, one project and nothing installed. */
export function createFakeWorkspace(): FakeWorkspace {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-start-'));
  const write = (file: string, text: string): void => {
    mkdirSync(join(place, dirname(file)), { recursive: true });
    writeFileSync(join(place, file), text);
  };
  for (const name of readdirSync(join(root, 'tools')))
    if (name.endsWith('.mjs')) cpSync(join(root, 'tools', name), join(place, 'tools', name));
  cpSync(join(root, 'tools/prepare'), join(place, 'tools/prepare'), { recursive: true });
  write('package.json', '{ "type": "module", "version": "0.0.1" }');
  write('package-lock.json', '{ "packages": { "": {}, "node_modules/typescript": { "version": "6.0.3" } } }');
  write('tsconfig.base.json', '{}');
  write('npm-cli.js', npm);
  write('tsc.mjs', tsc);
  write('apps/all-in-one/tsconfig.json', '{}');
  write('apps/all-in-one/src/index.ts', '');
  write('apps/all-in-one/src/main.ts', main);
  mkdirSync(join(place, 'libs'));
  const count = (file: string): number =>
    existsSync(join(place, file)) ? readFileSync(join(place, file), 'utf8').trim().split('\n').length : 0;
  return {
    place,
    run: (script, args, env = {}) => run(place, [script, ...args], env),
    write,
    remove: (file) => rmSync(join(place, file), { recursive: true }),
    counts: () => ({ npm: count('npm.log'), tsc: count('tsc.log') }),
    dispose: () => rmSync(place, { recursive: true, force: true }),
  };
}

function run(place: string, command: readonly string[], env: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, [...command], {
    cwd: place,
    env: { PATH: process.env['PATH'], npm_execpath: join(place, 'npm-cli.js'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  const ended: Run['ended'] = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  return {
    child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    said: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (text.stdout.includes(wanted)) resolve();
        };
        child.stdout.on('data', look);
        child.once('close', () => reject(new Error(`It ended without "${wanted}":\n${text.stdout}\n${text.stderr}`)));
        look();
      }),
    ended,
  };
}
