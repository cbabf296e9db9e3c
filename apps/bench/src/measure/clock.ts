/** Milliseconds of the machine's monotonic clock: the same in all processes, so that one may note when a thing was due and another when it came. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
