/** Prints `N passed, N failed, N skipped` as the very last line. The exit code stays Vitest's own. */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const before = count.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      }
      // A file that cannot be loaded, or whose hook fails, has no failed test of its own.
      if (module.state() === 'failed' && count.failed === before) count.failed += 1;
    }
    process.once('exit', (code) => {
      // A dead global setup fails the run without failing any test.
      if (code !== 0 && count.failed === 0) count.failed = 1;
      process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}
