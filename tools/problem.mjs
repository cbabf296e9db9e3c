/** Something that stops a tool: what happened, why, and what to do now. Everything else thrown is a bug. */
export class Problem extends Error {
  /** @param {{ what: string, why: string, next: string, exitCode?: number }} parts */
  constructor({ what, why, next, exitCode = 1 }) {
    super(what);
    this.name = 'Problem';
    this.why = why;
    this.next = next;
    this.exitCode = exitCode;
  }
}

/**
 * Runs a tool. A problem is told to stderr in full, and its exit code becomes the process's.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runTool(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(
      `\n  ${error.message}\n  ${error.why.replaceAll('\n', '\n  ')}\n\n  What now: ${error.next.replaceAll('\n', '\n  ')}\n`,
    );
    process.exitCode = error.exitCode;
  }
}
