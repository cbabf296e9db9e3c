import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf } from '@crossdock/kit';
import type { Stoppable } from './scenarios/bench.ts';

const PREFIX = 'run-';

/** The folder of one run of the benchmark, and what was started in it. */
export class Workspace {
  readonly #folder: string;
  readonly #started: Stoppable[] = [];
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what runs left behind that were killed. */
  static async open(dataDir: string): Promise<Workspace> {
    const parent = resolve(dataDir, 'bench');
    for (const name of await readdir(parent)) {
      if (name.startsWith(PREFIX) && !isAlive(Number(name.slice(PREFIX.length))))
        await rm(join(parent, name), { recursive: true, force: true });
    }
    return new Workspace(join(parent, `${PREFIX}${process.pid}`));
  }

  async newDataDir(name: string): Promise<string> {
    this.#count += 1;
    const folder = join(this.#folder, `${this.#count}-${name}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  keep<T extends Stoppable>(stoppable: T): T {
    this.#started.push(stoppable);
    return stoppable;
  }

  /** Ends what was started, the last one first, and removes its data. */
  async clear(): Promise<void> {
    for (let last = this.#started.pop(); last !== undefined; last = this.#started.pop()) await last.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
