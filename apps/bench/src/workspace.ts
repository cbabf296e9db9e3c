import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Stoppable } from './scenarios/bench.ts';

/** The folder of one run of the benchmark, and what was started in it. */
export class Workspace {
  readonly folder: string;
  readonly #started: Stoppable[] = [];
  #count = 0;

  constructor(dataDir: string) {
    this.folder = resolve(dataDir, 'bench', `run-${process.pid}`);
  }

  async newDataDir(name: string): Promise<string> {
    const folder = join(this.folder, `${(this.#count += 1)}-${name}`);
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
    await rm(this.folder, { recursive: true, force: true });
  }
}
