import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HubError } from '@crossdock/kit';
import type { Calls, Question, Reply, Told } from './calls.ts';

const STOP_MS = 30_000;

export interface ChildOptions {
  /** Compiled program, beside this file's folder. */
  readonly program: string;
  /** Options of node itself. */
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of our own that can be asked things. It ends with us, however we end. */
export class Child<C extends Calls<C>> {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }>();
  readonly #ended: Promise<unknown>;
  readonly #name: string;
  #next = 0;
  #onTold: (told: number) => void = () => undefined;

  private constructor(name: string, child: ChildProcess, pid: number) {
    this.#name = name;
    this.#process = child;
    this.pid = pid;
    this.#ended = once(child, 'exit');
    child.on('message', (message: Reply | Told) => this.#take(message));
    child.once('exit', (code, signal) => this.#fail(`${name} ended (${signal ?? `code ${code}`}).`));
    child.once('error', (error) => this.#fail(`${name}: ${error.message}`));
  }

  static async start<C extends Calls<C>>(options: ChildOptions): Promise<Child<C>> {
    const child = fork(fileURLToPath(new URL(`../${options.program}`, import.meta.url)), [], {
      execArgv: ['--enable-source-maps', ...(options.execArgv ?? [])],
      env: { ...process.env, ...options.env },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'spawn');
    return new Child(options.program, child, child.pid ?? 0);
  }

  onTold(listener: (told: number) => void): void {
    this.#onTold = listener;
  }

  /** Asks, and waits for the answer; what fails there fails here. */
  async call<K extends keyof C & string>(name: K, input: Parameters<C[K]>[0]): Promise<ReturnType<C[K]>> {
    const id = (this.#next += 1);
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#send({ id, name, input });
    return (await answered) as ReturnType<C[K]>;
  }

  #send(question: Question): void {
    if (!this.#process.connected) return this.#fail(`${this.#name} is not there any more.`);
    this.#process.send(question, (error) => {
      if (error !== null) this.#waiting.get(question.id)?.reject(error);
    });
  }

  #take(message: Reply | Told): void {
    if ('told' in message) return this.#onTold(message.told);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.value);
    else waiting?.reject(new HubError('bench_failed', `${this.#name}: ${message.problem}`));
  }

  #fail(text: string): void {
    for (const { reject } of this.#waiting.values()) reject(new HubError('bench_failed', text));
    this.#waiting.clear();
  }

  /** Ends it in its own order; at once if that takes too long. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    if (this.#process.connected) this.#process.send({ id: 0, name: 'stop', input: undefined } satisfies Question, () => undefined);
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(patience);
  }
}
