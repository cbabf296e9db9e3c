import { open, unlink } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { median } from '../measure/quantiles.ts';

/** Where figures come from: they mean little without it. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly freeBytes: number;
  readonly system: string;
  readonly node: string;
  readonly load: number;
  /** Median of writing 8 KB and waiting until it is safe, ms. */
  readonly fsyncMs: number;
}

const WRITES = 200;
const PAGE = 8_192;

export async function machineOf(folder: string): Promise<Machine> {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    freeBytes: freemem(),
    system: `${type()} ${release()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
    fsyncMs: await fsyncMs(folder),
  };
}

/** As a commit does it: the same pages of a file that exists, over and over. */
async function fsyncMs(folder: string): Promise<number> {
  const path = join(folder, `fsync-${process.pid}`);
  const file = await open(path, 'w');
  try {
    const page = Buffer.alloc(PAGE, 1);
    await file.write(page, 0, PAGE, 0);
    await file.sync();
    const times: number[] = [];
    for (let write = 0; write < WRITES; write += 1) {
      await file.write(page, 0, PAGE, 0);
      const began = performance.now();
      await file.datasync();
      times.push(performance.now() - began);
    }
    return median(times);
  } finally {
    await file.close();
    await unlink(path);
  }
}
