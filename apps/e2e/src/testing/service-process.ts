import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root, type Ended } from './child-process.ts';
import { eventuallySome } from './eventually.ts';
import { call, type Answer } from './http.ts';

/** A line of a service's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string };

/** One service in a process of its own, with no environment but what it is given. */
export class ServiceProcess {
  readonly name: string;
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #end: Ended | undefined;

  constructor(name: string, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.#child = spawn(process.execPath, ['--enable-source-maps', join(root, 'apps', name, 'dist/main.js')], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (part: Buffer) => (this.#stdout += part.toString()));
    this.#child.stderr?.on('data', (part: Buffer) => (this.#stderr += part.toString()));
    this.ended = once(this.#child, 'close').then(
      ([code, signal]) => (this.#end = { code: code as number | null, signal: signal as Ended['signal'] }),
    );
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** Whole lines so far. */
  get log(): readonly LogLine[] {
    return this.#stdout
      .slice(0, this.#stdout.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Names of the events that it logged. */
  get events(): readonly string[] {
    return this.log.flatMap(({ event }) => (event === undefined ? [] : [event]));
  }

  /** What it said to people. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The first line of that event; fails where the process ends without it. */
  async logged(event: string, within = 30_000): Promise<LogLine> {
    return await eventuallySome(
      `line "${event}" of ${this.name}`,
      () => {
        const line = this.log.find((one) => one.event === event);
        if (line === undefined && this.#end !== undefined)
          throw new Error(`${this.name} ended: ${JSON.stringify(this.#end)}\n${this.#stdout}\n${this.#stderr}`);
        return line;
      },
      { within },
    );
  }

  /** Where it answers, once it is ready. */
  async url(): Promise<string> {
    return String((await this.logged('service_ready'))['url']);
  }

  async get(path: string): Promise<Answer> {
    return await call(`${await this.url()}${path}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.signal(signal);
    return await this.ended;
  }
}
