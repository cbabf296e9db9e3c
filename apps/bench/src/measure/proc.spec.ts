import { expect, it } from 'vitest';
import { parseMachine, parseMemory, parseSchedule, parseStat, treeOf } from './proc.ts';

const stat = (pid: number, parent: number, name: string, times: string): string =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 100 0 0 0 ${times} 20 0 1 0 12345 1000 200`;

it('reads the times of a process, whatever its name is', () => {
  expect(parseStat(stat(7, 1, 'postgres: a) (b', '10 5 200 100'))).toEqual({
    pid: 7,
    parent: 1,
    ownUs: 150_000,
    endedChildrenUs: 3_000_000,
  });
});

it.each([[''], ['7 (node'], ['7 (node) S 1']])('makes nothing of %j', (text) => {
  expect(parseStat(text)).toBeUndefined();
});

it('finds a process, its children, and theirs', () => {
  const stats = [
    stat(7, 1, 'root', '1 1 3 0'),
    stat(8, 7, 'child', '10 0 0 0'),
    stat(9, 8, 'grandchild', '100 0 5 5'),
    stat(10, 1, 'other', '999 0 0 0'),
  ]
    .map(parseStat)
    .filter((each) => each !== undefined);
  const pidsOf = (root: number): readonly number[] => treeOf(root, stats).map(({ pid }) => pid);
  expect([pidsOf(7), pidsOf(8), pidsOf(11)]).toEqual([[7, 8, 9], [8, 9], []]);
});

it('reads the time of a thread', () => {
  expect([parseSchedule('226287674 330743358 115\n'), parseSchedule('')]).toEqual([226_287.674, undefined]);
});

it('reads resident memory in bytes', () => {
  expect(parseMemory('Name:\tnode\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\n')).toEqual({ now: 204_800, peak: 307_200 });
  expect(parseMemory('Name:\tkthreadd\n')).toBeUndefined();
});

it('reads how busy the machine was', () => {
  expect(parseMachine('cpu  10 1 5 1000 7 1 2 3 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toEqual({ busyUs: 190_000, stolenUs: 30_000 });
  expect(parseMachine('')).toBeUndefined();
});
