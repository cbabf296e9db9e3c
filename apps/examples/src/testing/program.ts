import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Of the repository. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A program that runs beside the spec, from the root of the repository. */
export class Program {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stderr = '';

  private constructor(child: ChildProcess) {
    const stdout: Buffer[] = [];
    this.#child = child;
    child.stdout?.on('data', (part: Buffer) => stdout.push(part));
    child.stderr?.on('data', (part: Buffer) => (this.#stderr += part.toString()));
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: Buffer.concat(stdout),
      stderr: this.#stderr,
    }));
  }

  static run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Program {
    return new Program(spawn(command, args, options(env)));
  }

  static node(program: string, args: readonly string[]): Program {
    return new Program(spawn(process.execPath, [program, ...args], options()));
  }

  /** A line as somebody types it. */
  static shell(line: string, env: Readonly<Record<string, string>>): Program {
    return new Program(spawn(line, { ...options(env), shell: true }));
  }

  /** The first line that it prints; fails where it ends without one. */
  async line(): Promise<string> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('Its output is not read.');
    for (let text = ''; ;) {
      const [part] = (await Promise.race([once(stdout, 'data'), this.ended.then(() => [])])) as readonly Buffer[];
      if (part === undefined) throw new Error(`It has ended: ${this.#stderr}`);
      text += part.toString();
      const end = text.indexOf('\n');
      if (end !== -1) return text.slice(0, end);
    }
  }

  /** Fails where it does not run any more, with what it said. */
  expectRunning(): void {
    if (this.#child.exitCode !== null) throw new Error(`It has ended with ${this.#child.exitCode}: ${this.#stderr}`);
  }

  async stop(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return await this.ended;
  }
}

const options = (env: Readonly<Record<string, string>> = {}): SpawnOptions => ({
  cwd: root,
  env: { ...process.env, ...env },
  stdio: ['ignore', 'pipe', 'pipe'],
});
