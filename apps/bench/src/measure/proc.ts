/** What Linux tells of a process in /proc/<pid>/stat. Times in µs. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Its own time on the processors. */
  readonly ownUs: number;
  /** That of its children that have ended. */
  readonly endedChildrenUs: number;
}

/** Linux counts in hundredths of a second, whatever the kernel's own clock is. */
const US_PER_TICK = 10_000;

/** Fields of `pid (name) state ppid …`; a name may hold blanks and brackets. */
export function parseStat(text: string): ProcessStat | undefined {
  const nameEnd = text.lastIndexOf(')');
  if (nameEnd === -1) return undefined;
  const fields = text.slice(nameEnd + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const stat = {
    pid: Number.parseInt(text, 10),
    parent: field(4),
    ownUs: (field(14) + field(15)) * US_PER_TICK,
    endedChildrenUs: (field(16) + field(17)) * US_PER_TICK,
  };
  return Object.values(stat).every(Number.isFinite) ? stat : undefined;
}

/** A process, if it is there, and all that it started and theirs. */
export function treeOf(root: number, stats: readonly ProcessStat[]): readonly ProcessStat[] {
  const children = stats.filter(({ parent }) => parent === root).flatMap(({ pid }) => treeOf(pid, stats));
  return [...stats.filter(({ pid }) => pid === root), ...children];
}

/** Time on a processor by /proc/<pid>/task/<thread>/schedstat, which counts nanoseconds, µs. */
export function parseSchedule(text: string): number | undefined {
  const ns = Number.parseInt(text, 10);
  return Number.isNaN(ns) ? undefined : ns / 1_000;
}

/** Resident memory, now and at most so far, bytes. */
export function parseMemory(status: string): { readonly now: number; readonly peak: number } | undefined {
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  const memory = { now: kilobytes('VmRSS'), peak: kilobytes('VmHWM') };
  return Number.isNaN(memory.now) || Number.isNaN(memory.peak) ? undefined : memory;
}

/** Time that all processors together were busy, and that the machine below took for others (`steal`), µs. */
export function parseMachine(stat: string): { readonly busyUs: number; readonly stolenUs: number } | undefined {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  return { busyUs: (user + nice + system + irq + softirq) * US_PER_TICK, stolenUs: steal * US_PER_TICK };
}
