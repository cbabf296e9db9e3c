import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endNodes, findProcess, isCommandOf, livingNodes, markerOf, pidFile, signalNode } from './processes.mjs';

const marker = markerOf('/run/kafka', 1);

describe('isCommandOf', () => {
  it.each([
    ['a process of the node, as Linux has it', `java\0${marker}\0-Xmx256m\0kafka.Kafka\0`, true],
    ['the same as ps shows it', `/usr/bin/java ${marker} -Xmx256m kafka.Kafka\n`, true],
    ['another node of the cluster', `java\0${markerOf('/run/kafka', 2)}\0kafka.Kafka\0`, false],
    ['a node whose number begins the same', `java\0${markerOf('/run/kafka', 11)}\0kafka.Kafka\0`, false],
    ['the same node of another cluster', `java ${markerOf('/run/kafka2', 1)} kafka.Kafka`, false],
    ['a cluster in a folder above', `java ${markerOf('/other/run/kafka', 1)} kafka.Kafka`, false],
    ['somebody who looks for it', `grep\0x${marker}\0`, false],
    ['a process that has ended', '', false],
    ['whoever got its number', 'sleep\u000060\0', false],
  ])('knows %s', (_, commandLine, expected) => {
    expect(isCommandOf(commandLine, marker)).toBe(expected);
  });
});

// Processes of ours that only look like brokers.
describe('processes of a folder', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crossdock-processes-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(id: number, program: string, name = markerOf(folder, id)): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['-e', `${program}; console.log('ready')`, '--', name], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    writeFileSync(pidFile(folder, id), String(child.pid));
    return child;
  }
  const forever = 'setInterval(() => undefined, 1000)';

  it('are those that run, and are what their files say', async () => {
    const child = await run(3, forever);
    await run(1, forever);
    await run(2, forever, 'somebody else');
    writeFileSync(pidFile(folder, 4), 'not a number');
    expect(livingNodes(folder)).toEqual([1, 3]);
    expect([findProcess(folder, 3), findProcess(folder, 4)?.alive, findProcess(folder, 5)]).toEqual([
      { pid: child.pid, alive: true },
      false,
      undefined,
    ]);
    expect(livingNodes(join(folder, 'nowhere'))).toEqual([]);
  });

  it('never signals somebody else who got the number', async () => {
    const other = await run(2, forever, 'somebody else');
    expect(signalNode(folder, 2, 'SIGKILL')).toBe(false);
    await endNodes(folder, [2], 0);
    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
  });

  it('ends politely who listens, and by force who does not', async () => {
    const ended = async (child: ChildProcess): Promise<unknown> =>
      child.signalCode ?? child.exitCode ?? new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    const polite = await run(1, `process.on('SIGTERM', () => process.exit(7)); ${forever}`);
    const stubborn = await run(2, `process.on('SIGTERM', () => undefined); ${forever}`);
    await endNodes(folder, [1, 2], 500);
    expect([await ended(polite), await ended(stubborn)]).toEqual([7, 'SIGKILL']);
    expect(livingNodes(folder)).toEqual([]);
  });
});
