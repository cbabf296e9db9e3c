import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError, messageOf } from '@crossdock/kit';

/** Sleeps before every fsync, and does nothing else. */
const SOURCE = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
static void wait_a_while(void) {
  const char *text = getenv("BENCH_FSYNC_DELAY_US");
  long us = text ? atol(text) : 0;
  struct timespec pause = { us / 1000000, (us % 1000000) * 1000 };
  if (us > 0) nanosleep(&pause, 0);
}
int fsync(int fd) { wait_a_while(); return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { wait_a_while(); return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
`;

/**
 * The environment in which a hub's Postgres has slower disks: what a virtual machine's host acknowledges from its memory, a cloud
 * disk takes 0.5 to 2 ms for. Compiles a few lines of C into `folder`; throws where that cannot be done.
 */
export async function fsyncDelay(folder: string, delayMs: number): Promise<Readonly<Record<string, string>>> {
  if (delayMs === 0) return {};
  const library = join(folder, 'fsync-delay.so');
  const source = join(folder, 'fsync-delay.c');
  try {
    if (process.platform !== 'linux') throw new HubError('bench_failed', 'only Linux loads a library before others');
    await writeFile(source, SOURCE);
    const compiler = spawn('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = (await once(compiler, 'exit')) as [number | null];
    if (code !== 0) throw new HubError('bench_failed', `cc ended with ${code}`);
    // Postgres may run as somebody else.
    await chmod(library, 0o755);
  } catch (cause) {
    throw new HubError('bench_failed', `Slower disks cannot be simulated here: ${messageOf(cause)}. Measure without --fsync-delay-ms.`, {
      cause,
    });
  }
  return { LD_PRELOAD: library, BENCH_FSYNC_DELAY_US: String(Math.round(delayMs * 1_000)) };
}
