import { constants } from 'node:os';

const drainMs = 5000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const running = new Set();

/**
 * Calls `onLine` for each line of a stream.
 * @param {NodeJS.ReadableStream} stream
 * @param {(line: string) => void} onLine
 */
export function onLines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

/**
 * How a process ended, with its streams read to the end. One that takes longer than `limitMs` is killed; one that runs when we are
 * told to end is told so too.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} limitMs
 * @returns {Promise<{ code: number | null, signal: string | null, error?: Error }>} `error`: it could not be started at all
 */
export function ended(child, limitMs) {
  if (running.size === 0) for (const signal of signals) process.on(signal, endAll);
  running.add(child);
  return new Promise((resolve) => {
    let timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const finish = (how) => {
      clearTimeout(timer);
      running.delete(child);
      if (running.size === 0) for (const signal of signals) process.off(signal, endAll);
      resolve(how);
    };
    child.once('error', (error) => finish({ code: null, signal: null, error }));
    child.once('close', (code, signal) => finish({ code, signal }));
    // Somebody it started may hold its streams open; then there is no close.
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      timer = setTimeout(() => finish({ code, signal }), drainMs);
    });
  });
}

function endAll(signal) {
  for (const child of running) child.kill(signal);
  process.exit(128 + constants.signals[signal]);
}
