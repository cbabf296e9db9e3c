/** Begins every line that is meant for `npm test`; whatever else appears on stdout is somebody's log. */
export const marker = '\u001E';

const say = (message) => process.stdout.write(`${marker}${JSON.stringify(message)}\n`);

/** Tells `npm test`, line by line on stdout, how far Vitest is and what failed. */
export default class StageReporter {
  onTestRunStart(specifications) {
    say({ kind: 'begin', files: specifications.length });
  }

  onTestModuleEnd() {
    say({ kind: 'file' });
  }

  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const failures = unhandledErrors.map((error) => ({ title: 'outside of any test', ...describe(error) }));
    for (const module of modules) {
      const before = failures.length;
      for (const test of module.children.allTests()) {
        const { state, errors = [] } = test.result();
        if (state === 'failed')
          failures.push({ title: test.fullName, name: test.name, ...placeOf(module), ...describe(errors[0], module) });
        else count[state === 'passed' ? 'passed' : 'skipped'] += 1;
      }
      // A file that cannot be loaded, or whose hook fails, has no failed test of its own.
      if (module.state() === 'failed' && failures.length === before) {
        const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
        failures.push({ title: 'the file itself', ...placeOf(module), ...describe([...module.errors(), ...suites][0], module) });
      }
    }
    say({ kind: 'end', ...count, failed: failures.length, failures });
  }
}

const placeOf = (module) => ({ project: module.project.name, file: module.relativeModuleId });

/** The message with its difference, and the line of the spec from which it came. */
function describe(error, module) {
  if (error === undefined) return { text: 'It failed without an error.' };
  const text = [`${error.name ?? 'Error'}: ${error.message}`, ...(error.diff === undefined ? [] : [error.diff])].join('\n');
  const frame = error.stacks?.find(({ file }) => module !== undefined && file === module.moduleId) ?? error.stacks?.[0];
  return { text, line: frame?.line };
}
