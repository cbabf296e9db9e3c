import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeWorkspace, type FakeWorkspace, type Run } from './testing/fake-workspace.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const withoutTimes = (text: string): string => text.replaceAll(/ +\d+\.\d s$/gm, '  # s');

describe('npm start', { timeout: 30_000 }, () => {
  let workspace: FakeWorkspace;
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Run => workspace.run('tools/start.mjs', args, env);
  beforeEach(() => {
    workspace = createFakeWorkspace();
  });
  afterEach(() => workspace.dispose());

  it('installs, compiles, starts the program with all options and ends with its exit code', async () => {
    const run = start(['--port', '0', '--no-demo', '--data=here']);
    expect(await run.ended).toEqual({ code: 7, signal: null });
    expect(withoutTimes(run.stdout())).toBe(`
  crossdock 0.0.1   everything runs on this machine

  ✓ install        1 packages  # s
  ✓ build          1 projects, 1 compiled  # s
["--port","0","--no-demo","--data=here"]
`);
    expect(run.stderr()).toBe('');
    expect(workspace.counts()).toEqual({ npm: 1, tsc: 1 });
  });

  it('does again only what has become necessary', async () => {
    await start([]).ended;
    await start([]).ended;
    expect(workspace.counts()).toEqual({ npm: 1, tsc: 1 });
    workspace.write('apps/all-in-one/src/index.ts', 'export {};');
    await start([]).ended;
    expect(workspace.counts()).toEqual({ npm: 1, tsc: 2 });
    workspace.remove('apps/all-in-one/dist');
    await start([]).ended;
    expect(workspace.counts()).toEqual({ npm: 1, tsc: 3 });
    workspace.write('package-lock.json', '{ "packages": { "": {}, "node_modules/typescript": { "version": "6.0.4" } } }');
    await start([]).ended;
    expect(workspace.counts()).toEqual({ npm: 2, tsc: 4 });
  });

  it("accepts packages that somebody installed without it, and foreign machines' packages that are not there", async () => {
    await start([]).ended;
    workspace.remove('node_modules/.crossdock-install');
    const entries = {
      'node_modules/typescript': { version: '6.0.3' },
      'node_modules/other': { version: '1.0.0', os: ['sunos'], optional: true },
    };
    workspace.write('package-lock.json', JSON.stringify({ packages: entries }));
    await start([]).ended;
    expect(workspace.counts().npm).toBe(1);
  });

  it('keeps stdout for the program with --json', async () => {
    const run = start(['--json']);
    await run.ended;
    expect(run.stdout()).toBe('["--json"]\n');
    expect(run.stderr()).toContain('✓ build');
  });

  it('passes on the signal that should end it, and the exit code of a program that ends well', async () => {
    const run = start([], { FAKE_MAIN: 'polite' });
    await run.said('ready');
    run.child.kill('SIGTERM');
    expect(await run.ended).toEqual({ code: 3, signal: null });
    expect(run.stdout().match(/told SIGTERM/g)).toHaveLength(1);
  });

  it('ends everything at the second Ctrl-C', async () => {
    const run = start([], { FAKE_MAIN: 'stubborn' });
    await run.said('ready');
    const helper = Number(/helper (\d+)/.exec(run.stdout())?.[1]);
    run.child.kill('SIGINT');
    await run.said('told SIGINT');
    expect(isAlive(helper)).toBe(true);
    run.child.kill('SIGINT');
    // The helper shares its stdout, which only closes when it is gone too.
    expect(await run.ended).toEqual({ code: 137, signal: null });
  });

  it('lets the program know when it is killed itself', async () => {
    const run = start([], { FAKE_MAIN: 'orphan' });
    await run.said('ready');
    run.child.kill('SIGKILL');
    await expect.poll(() => existsSync(join(workspace.place, 'orphaned')), { timeout: 10_000 }).toBe(true);
  });

  it('stops when the npm that ran it is killed', async () => {
    workspace.write(
      'npm.mjs',
      "import { spawn } from 'node:child_process';\nspawn(process.execPath, ['tools/start.mjs'], { stdio: 'inherit' });",
    );
    const run = workspace.run('npm.mjs', [], { npm_lifecycle_event: 'start', FAKE_MAIN: 'polite' });
    await run.said('ready');
    run.child.kill('SIGKILL');
    await run.said('told SIGTERM');
    await run.ended;
  });

  it('says what to do when the packages cannot be fetched', async () => {
    const run = start([], { FAKE_NPM: 'offline' });
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stdout()).toContain('✗ install');
    expect(run.stderr()).toBe(`
  The packages could not be installed.
  The package registry cannot be reached.
  npm error code ENOTFOUND
  npm error network request failed

  What now: check the network (npm ping), then the same command again. Only the first install needs it.
`);
  });

  it('shows the causes when the code does not compile', async () => {
    const run = start([], { FAKE_TSC: 'fails' });
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stderr()).toBe(`
  The code does not compile.
  libs/y/src/b.ts(2,3): error TS2322: Type is wrong

  What now: npm run typecheck shows all of it.
`);
  });

  it('refuses options it does not know, and then installs nothing', async () => {
    const run = start(['--prot', '1']);
    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toBe(`
  There is no option --prot; did you mean --port?
  The options are --port, --data, --kafka, --no-demo, --reset, --yes, --json, --help.

  What now: npm start -- --help
`);
    expect(workspace.counts()).toEqual({ npm: 0, tsc: 0 });
  });

  it('explains its options without installing', async () => {
    const run = start(['--help']);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    for (const option of ['--port', '--data', '--kafka', '--no-demo', '--reset', '--yes', '--json', '--help'])
      expect(run.stdout()).toContain(`\n  ${option}`);
    expect(workspace.counts()).toEqual({ npm: 0, tsc: 0 });
  });
});

describe('npm run rebuild, verify, bench', () => {
  let workspace: FakeWorkspace;
  beforeEach(() => {
    workspace = createFakeWorkspace();
  });
  afterEach(() => workspace.dispose());

  it('prepares, says so on stderr, and hands on arguments and exit code', async () => {
    workspace.write('apps/all-in-one/dist/verify.js', 'console.log(process.argv[2]); process.exitCode = 4;');
    const run = workspace.run('tools/run.mjs', ['verify', '--store=demo']);
    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect(run.stdout()).toBe('--store=demo\n');
    const again = workspace.run('tools/run.mjs', ['verify', 'x']);
    await again.ended;
    expect(again.stderr()).toBe('');
  });

  it('names the commands there are', async () => {
    const run = workspace.run('tools/run.mjs', ['verfy']);
    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect(run.stderr()).toContain(
      'There is no command "verfy".\n  The commands are migrate, secrets, rotate, rebuild, verify, bench, conformance, fuzz.\n\n  What now: npm run verify\n',
    );
  });
});
