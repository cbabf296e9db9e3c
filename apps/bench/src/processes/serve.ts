import type { Calls, Handlers, Question, Reply } from './calls.ts';

/**
 * Answers the parent's questions in a child process. `stop` is asked last, or runs by itself when the parent is gone, and the
 * process ends after it.
 */
export function serve<C extends Calls<C>>(calls: Handlers<C>, stop: () => Promise<void> | void): void {
  let stopping: Promise<never> | undefined;
  const end = async (): Promise<never> => {
    try {
      await stop();
    } finally {
      process.exit();
    }
  };
  const onQuestion = async ({ id, name, input }: Question): Promise<void> => {
    if (name === 'stop') return void (await (stopping ??= end()));
    const reply = await answer(calls, { id, name, input });
    process.send?.(reply);
  };
  process.on('message', (question: Question) => void onQuestion(question));
  process.on('disconnect', () => void (stopping ??= end()));
  // A Ctrl-C reaches the whole group; the parent decides in which order things end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
}

async function answer<C extends Calls<C>>(calls: Handlers<C>, { id, name, input }: Question): Promise<Reply> {
  try {
    const call = Object.hasOwn(calls, name) ? (calls as Readonly<Record<string, (input: never) => unknown>>)[name] : undefined;
    if (call === undefined) throw new TypeError(`Nothing here answers to "${name}".`);
    return { id, ok: true, value: await call(input as never) };
  } catch (error) {
    return { id, ok: false, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Tells the parent a number that it did not ask for. */
export function tell(told: number): void {
  process.send?.({ told });
}
