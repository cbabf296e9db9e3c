import { chapters } from './cases/chapters.ts';
import { parseOptions, usage, type ConformanceOptions } from './options.ts';
import { jsonOf, lineOf, summaryOf, totalsOf, type Result } from './report.ts';
import { openParty } from './run/open-party.ts';
import { Session } from './run/session.ts';
import type { Chapter, Need } from './suite/case.ts';

export interface Output {
  /** For programs: the JSON. */
  readonly out: (text: string) => void;
  /** For people. */
  readonly say: (text: string) => void;
  /** Whether to stop: the case under way ends, what was made is removed, the others are left out. */
  readonly stop?: AbortSignal;
}

const ANSWER_MS = 15_000;
const EVENTUALLY_MS = 20_000;

/** The program: reads the command line, tries the hub, tells what came of it. Answers the exit code. */
export async function runConformance(argv: readonly string[], { out, say, stop }: Output): Promise<number> {
  const options = parseOptions(argv);
  if (options.kind === 'problem') {
    say(`${options.text}\n`);
    return 2;
  }
  const chosen = choose(options.only);
  const print = options.json ? say : out;
  if (options.help || options.list) {
    print(
      options.help
        ? `${usage}\n`
        : `${chosen.flatMap(({ title, cases }) => [title, ...cases.map(({ name }) => `  ${name}`)]).join('\n')}\n`,
    );
    return 0;
  }
  if (chosen.length === 0) {
    say(`No case has ${options.only.map((text) => `"${text}"`).join(' or ')} in its name. --list names them.\n`);
    return 2;
  }
  return await run(options, chosen, { out, say, print, ...(stop === undefined ? {} : { stop }) });
}

interface RunOutput extends Output {
  /** For lines that are the result, unless that is JSON. */
  readonly print: (text: string) => void;
}

async function run(options: ConformanceOptions, chosen: readonly Chapter[], { out, say, print, stop }: RunOutput): Promise<number> {
  const began = performance.now();
  const stopped = (): boolean => stop?.aborted === true;
  const party = await openParty(options, needsOf(chosen));
  if (party.kind === 'obstacle') {
    say(`${party.what}\n${party.next}\n`);
    return 2;
  }
  const session = new Session(party, { answer: ANSWER_MS, eventually: EVENTUALLY_MS, total: options.seconds * 1_000 });
  const results: Result[] = [];
  print(`${options.url}, store ${String(party.known.get('store'))}\n`);
  try {
    for (const chapter of chosen) {
      if (stopped()) break;
      print(`\n${chapter.title}\n`);
      for await (const result of resultsOf(session, chapter, stopped)) {
        results.push(result);
        print(`${lineOf(result)}\n`);
      }
    }
  } finally {
    await party.close();
  }
  const seconds = (performance.now() - began) / 1_000;
  print(summaryOf(results, session.left, seconds));
  if (options.json) out(`${jsonOf(options.url, results, session.left, seconds)}\n`);
  if (stopped()) say('Stopped: not every case was tried.\n');
  return totalsOf(results).failed === 0 && !stopped() ? 0 : 1;
}

async function* resultsOf(session: Session, chapter: Chapter, stopped: () => boolean): AsyncGenerator<Result> {
  const open = await session.begin(chapter);
  try {
    for (const one of chapter.cases) {
      if (stopped()) return;
      const start = performance.now();
      const outcome = await open.run(one);
      yield { chapter: chapter.title, name: one.name, outcome, ms: performance.now() - start };
    }
  } finally {
    await open.close();
  }
}

/** The chapters with those of their cases that are asked for. */
function choose(only: readonly string[]): readonly Chapter[] {
  if (only.length === 0) return chapters;
  const wanted = only.map((text) => text.toLowerCase());
  const holds = (text: string): boolean => wanted.some((part) => text.toLowerCase().includes(part));
  return chapters
    .map((chapter) => (holds(chapter.title) ? chapter : { ...chapter, cases: chapter.cases.filter(({ name }) => holds(name)) }))
    .filter(({ cases }) => cases.length > 0);
}

function needsOf(chosen: readonly Chapter[]): ReadonlySet<Need> {
  return new Set(chosen.flatMap(({ needs = [], cases }) => [...needs, ...cases.flatMap((one) => one.needs ?? [])]));
}
