import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { eventuallySome, Gone } from './eventually.ts';
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

/** A program of ours in a process of its own. */
export class Child {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #signal: (signal: NodeJS.Signals) => void;
  #stdout = '';
  #stderr = '';
  #end: Ended | undefined;

  constructor(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (part: Buffer) => (this.#stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (this.#stderr += part.toString()));
    this.pid = child.pid ?? 0;
    this.#signal = (signal) => void child.kill(signal);
    this.ended = once(child, 'close').then(
      ([code, signal]) => (this.#end = { code: code as number | null, signal: signal as Ended['signal'] }),
    );
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** What it wrote to stdout. */
  get output(): string {
    return this.#stdout;
  }

  /** What it wrote to stderr. */
  get log(): string {
    return this.#stderr;
  }

  /** The first line of its output that is wanted; fails where it ends before. */
  async line(what: string, wanted: (line: string) => boolean, within: number): Promise<string> {
    let from = 0;
    return await eventuallySome(
      what,
      () => {
        for (let end = this.#stdout.indexOf('\n', from); end !== -1; end = this.#stdout.indexOf('\n', from)) {
          const line = this.#stdout.slice(from, end);
          from = end + 1;
          if (wanted(line)) return line;
        }
        if (this.#end === undefined) return undefined;
        throw new Gone(
          `The child ended (${JSON.stringify(this.#end)}) before there was a ${what}:\n${(this.#stdout + this.#stderr).slice(-4_000)}`,
        );
      },
      { within },
    );
  }

  /** Sends the signal, and does not wait for anything. */
  signal(signal: NodeJS.Signals): void {
    this.#signal(signal);
  }

  /** Sends the signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#signal(signal);
    return await this.ended;
  }
}

/** A whole Crossdock in a process of its own. */
export class ChildSystem extends Child {
  /** Its addresses, as soon as it takes requests; fails where it ends before. */
  async ready(within = 60_000): Promise<System> {
    const said = JSON.parse(await this.line('ready child', () => true, within)) as ReadyLine;
    return { api: said.api, adminToken: said.admin_token, databaseUrl: said.database };
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
