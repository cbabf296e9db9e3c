import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { eventuallySome } from './eventually.ts';
import type { System } from './system.ts';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What a child says on stdout once it takes requests. */
interface ReadyLine {
  readonly api: string;
  readonly admin_token: string;
  readonly database: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Crossdock in a process of its own. */
export class ChildSystem {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  #stdout = '';
  #stderr = '';
  #end: Ended | undefined;

  constructor(program: string, args: readonly string[]) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (part: Buffer) => (this.#stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (this.#stderr += part.toString()));
    this.pid = child.pid ?? 0;
    this.#kill = (signal) => void child.kill(signal);
    this.ended = once(child, 'close').then(
      ([code, signal]) => (this.#end = { code: code as number | null, signal: signal as Ended['signal'] }),
    );
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** What it wrote to stderr: its log. */
  get log(): string {
    return this.#stderr;
  }

  /** Its addresses, as soon as it takes requests; fails where it ends before. */
  async ready(within = 60_000): Promise<System> {
    const line = await eventuallySome(
      'ready child',
      () => {
        const end = this.#stdout.indexOf('\n');
        if (end !== -1) return this.#stdout.slice(0, end);
        return this.#end === undefined ? undefined : '';
      },
      { within },
    );
    if (line === '') throw new Error(`The child ended before it was ready (${JSON.stringify(this.#end)}):\n${this.#stderr.slice(-4_000)}`);
    const said = JSON.parse(line) as ReadyLine;
    return { api: said.api, adminToken: said.admin_token, databaseUrl: said.database };
  }

  /** Sends the signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#kill(signal);
    return await this.ended;
  }
}

/** `npm start`'s program on a data directory, without the demo. */
export function startAllInOne(dataDir: string): ChildSystem {
  return new ChildSystem(join(root, 'apps/all-in-one/dist/main.js'), ['--json', '--no-demo', '--port', '0', '--data', dataDir]);
}

/** The children run what was compiled: compiles it, where it is not up to date. */
export async function compile(): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [tsc, '-b', '--pretty', 'false', 'apps/all-in-one', 'apps/e2e'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`What the children run could not be compiled:\n${said}`);
}
