import { readFile, readdir } from 'node:fs/promises';
import { monotonicMs } from './clock.ts';
import { parseMachine, parseMemory, parseSchedule, parseStat, treeOf, type ProcessStat } from './proc.ts';

/** The processes of a run. */
export interface Processes {
  readonly node: number;
  readonly postmaster: number;
  readonly generator: number;
  readonly endpoint: number;
}

/** Time spent so far, µs; zeroes where the system does not tell. */
export interface Usage {
  readonly atMs: number;
  readonly node: number;
  readonly postgres: number;
  readonly kafka: number;
  readonly generator: number;
  readonly endpoint: number;
  readonly machineBusy: number;
  readonly stolen: number;
}

/** What happened between two moments. */
export interface Spent {
  readonly seconds: number;
  readonly node: number;
  readonly postgres: number;
  /** Of all local brokers; 0 where there are none. */
  readonly kafka: number;
  readonly generator: number;
  readonly endpoint: number;
  /** Processors that others used meanwhile, or that the machine below took away. */
  readonly others: number;
}

/** Whether this system has what the figures need. */
export const hasProc: boolean = process.platform === 'linux';

export async function usageOf({ node, postmaster, generator, endpoint }: Processes): Promise<Usage> {
  const stats = hasProc ? await allStats() : [];
  const machine = hasProc ? parseMachine(await readFile('/proc/stat', 'utf8')) : undefined;
  return {
    atMs: monotonicMs(),
    node: await timeOf(stats.filter(({ pid }) => pid === node)),
    postgres: await timeOf(treeOf(postmaster, stats)),
    kafka: await timeOf(await brokersOf(stats)),
    generator: await timeOf(stats.filter(({ pid }) => pid === generator)),
    endpoint: await timeOf(stats.filter(({ pid }) => pid === endpoint)),
    machineBusy: machine?.busyUs ?? 0,
    stolen: machine?.stolenUs ?? 0,
  };
}

/** Time of these processes and of their children that have ended. */
async function timeOf(stats: readonly ProcessStat[]): Promise<number> {
  const times = await Promise.all(
    stats.map(async ({ pid, ownUs, endedChildrenUs }) => ((await threadsUs(pid)) ?? ownUs) + endedChildrenUs),
  );
  return times.reduce((sum, us) => sum + us, 0);
}

/** Exact to the microsecond, where a process's own figures are to a hundredth of a second. */
async function threadsUs(pid: number): Promise<number | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const times = await Promise.all(
    threads.map(async (thread) => parseSchedule(await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0'))),
  );
  return times.reduce((sum, us) => (sum === undefined || us === undefined ? undefined : sum + us), times.length === 0 ? undefined : 0);
}

async function brokersOf(stats: readonly ProcessStat[]): Promise<readonly ProcessStat[]> {
  const commands = await Promise.all(stats.map(async ({ pid }) => await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return stats.filter((_, index) => commands[index]?.includes('\0kafka.Kafka\0') === true);
}

async function allStats(): Promise<readonly ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return parseStat(text);
    }),
  );
  return stats.filter((stat) => stat !== undefined);
}

export function spentBetween(before: Usage, after: Usage): Spent {
  const ours = { node: after.node - before.node, postgres: after.postgres - before.postgres, kafka: after.kafka - before.kafka };
  const rig = { generator: after.generator - before.generator, endpoint: after.endpoint - before.endpoint };
  const seconds = (after.atMs - before.atMs) / 1_000;
  const all = after.machineBusy - before.machineBusy + after.stolen - before.stolen;
  const others = (all - ours.node - ours.postgres - ours.kafka - rig.generator - rig.endpoint) / 1e6 / seconds;
  return { seconds, ...ours, ...rig, others: Math.max(0, others) };
}

export async function memoryOf(pid: number): Promise<{ readonly now: number; readonly peak: number } | undefined> {
  return hasProc ? parseMemory(await readFile(`/proc/${pid}/status`, 'utf8')) : undefined;
}
