import { median } from '../measure/quantiles.ts';

/** A CPU profile as V8 writes it, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** µs since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** Time spent in a function or a module itself, without what it called. */
export interface SelfTime {
  readonly name: string;
  readonly selfUs: number;
  /** Of the time that the process was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly busyUs: number;
  readonly functions: readonly SelfTime[];
  /** Packages, with the work that they had Node and V8 do. */
  readonly modules: readonly SelfTime[];
  /** Our own functions with all that they called. */
  readonly inclusive: readonly SelfTime[];
}

const IDLE = '(idle)';
const NOBODY = '(nobody)';
const OWN = /\/((?:apps|libs)\/[^/]+)\/(?:dist|src)\/(.*)$/;
const PACKAGE = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/;

interface Place {
  readonly module: string;
  readonly file: string;
}

function placeOf(url: string, functionName: string): Place {
  // The last folder of packages counts: packages have packages of their own.
  const inPackage = PACKAGE.exec(url.slice(Math.max(0, url.lastIndexOf('/node_modules/'))));
  if (inPackage !== null) return { module: inPackage[1] ?? '', file: `${inPackage[1]}/${inPackage[2]}` };
  const own = OWN.exec(url);
  if (own !== null) return { module: own[1] ?? '', file: `${own[1]}/${own[2]}` };
  if (url === '') return { module: functionName.startsWith('(') ? functionName : '(native)', file: '' };
  return { module: url.startsWith('node:') ? 'node' : url, file: url };
}

/** Who spent the time, the largest first. */
export function summariseProfile({ nodes, samples, timeDeltas }: CpuProfile): ProfileSummary {
  const selfOf = new Map<number, number>();
  // A process that had to wait for a processor did nothing meanwhile: no sample counts for more than twice the usual.
  const longest = 2 * median(timeDeltas);
  for (const [index, id] of samples.entries())
    selfOf.set(id, (selfOf.get(id) ?? 0) + Math.min(longest, Math.max(0, timeDeltas[index] ?? 0)));
  const functions = new Map<string, number>();
  const modules = new Map<string, number>();
  const callers = callersOf(nodes);
  let busyUs = 0;
  for (const { id, callFrame } of nodes) {
    const selfUs = selfOf.get(id) ?? 0;
    if (selfUs === 0 || callFrame.functionName === IDLE) continue;
    busyUs += selfUs;
    const place = placeOf(callFrame.url, callFrame.functionName);
    add(functions, nameOf(callFrame, place), selfUs);
    add(modules, callers.get(id) ?? place.module, selfUs);
  }
  const ranked = (times: ReadonlyMap<string, number>): readonly SelfTime[] =>
    [...times].map(([name, selfUs]) => ({ name, selfUs, share: selfUs / busyUs })).sort((a, b) => b.selfUs - a.selfUs);
  return { busyUs, functions: ranked(functions), modules: ranked(modules), inclusive: ranked(inclusiveOf(nodes, selfOf)) };
}

function nameOf({ functionName, lineNumber }: CpuProfile['nodes'][number]['callFrame'], { file }: Place): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}

function add(times: Map<string, number>, name: string, us: number): void {
  times.set(name, (times.get(name) ?? 0) + us);
}

/** Node by node, the package that is at work: the nearest one on the stack. What has none stays what it is. */
function callersOf(nodes: CpuProfile['nodes']): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map<number, string>();
  const visit = (id: number, above: string): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const { url, functionName } = node.callFrame;
    const { module } = placeOf(url, functionName);
    const isPackage = module !== 'node' && !module.startsWith('(');
    const caller = isPackage ? module : above;
    if (caller !== NOBODY) callers.set(id, caller);
    for (const child of node.children ?? []) visit(child, caller);
  };
  for (const id of rootsOf(nodes)) visit(id, NOBODY);
  return callers;
}

function rootsOf(nodes: CpuProfile['nodes']): readonly number[] {
  const children = new Set(nodes.flatMap((node) => node.children ?? []));
  return nodes.map(({ id }) => id).filter((id) => !children.has(id));
}

/** A function that is on the stack twice counts once. */
function inclusiveOf(nodes: CpuProfile['nodes'], selfOf: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const totals = new Map<string, number>();
  const visit = (id: number, open: ReadonlySet<string>): number => {
    const node = byId.get(id);
    if (node === undefined) return 0;
    const place = placeOf(node.callFrame.url, node.callFrame.functionName);
    const name = nameOf(node.callFrame, place);
    const isOwn = OWN.test(node.callFrame.url) && !open.has(name);
    const inner = isOwn ? new Set([...open, name]) : open;
    let us = selfOf.get(id) ?? 0;
    for (const child of node.children ?? []) us += visit(child, inner);
    if (isOwn) add(totals, name, us);
    return us;
  };
  for (const id of rootsOf(nodes)) visit(id, new Set());
  return totals;
}
