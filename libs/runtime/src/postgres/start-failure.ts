import { HubError } from '@crossdock/kit';

const keptLines = 8;
const telling = /\b(?:FATAL|PANIC|ERROR|HINT|DETAIL):|: error:|error while loading|hint:|detail:/;

/** The lines that say why, each once, without time and process; the last ones if none does. */
export function tellingLines(log: string): readonly string[] {
  const lines = log
    .split('\n')
    .map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, '').trim())
    .filter((line) => line !== '');
  const found = lines.filter((line) => telling.test(line));
  // Every connection that a crash cuts off says the same.
  return [...new Set(found.length > 0 ? found : lines)].slice(-keptLines);
}

export type StartProblem = 'port_taken' | 'memory_in_use' | 'other';

/** What kept the server from starting, as far as it changes what we do next. */
export function startProblem(log: string): StartProblem {
  if (/could not create any TCP\/IP sockets|could not bind .* address/.test(log)) return 'port_taken';
  if (/pre-existing shared memory block/.test(log)) return 'memory_in_use';
  return 'other';
}

export interface FailedStart {
  /** Such as `could not start`. */
  readonly what: string;
  readonly log: string;
  readonly dataDir: string;
  readonly packageName: string;
  readonly cause?: unknown;
}

/** The error for a Postgres that did not come up: what, the server's own reasons, and what to do now. */
export function startFailure({ what, log, dataDir, packageName, cause }: FailedStart): HubError {
  const lines = tellingLines(log);
  const full = /No space left on device/.test(log);
  const next = full ? 'Free some space on that disk, then start again.' : remedy(log, { dataDir, packageName });
  const reasons = lines.map((line) => `\n  ${line}`).join('');
  return new HubError(full ? 'disk_full' : 'database_unreachable', `Postgres ${what} (data in ${dataDir}).${reasons}\n${next}`, {
    retriable: full || startProblem(log) !== 'other',
    cause,
  });
}

function remedy(log: string, { dataDir, packageName }: { readonly dataDir: string; readonly packageName: string }): string {
  if (/error while loading shared libraries|cannot open shared object/.test(log)) {
    return `The installation is not complete: npm rebuild ${packageName}, then start again.`;
  }
  if (/incompatible with server/.test(log)) {
    return 'The data was written by another major version of Postgres. Start the version of the hub that made it, or begin anew with --reset.';
  }
  if (startProblem(log) === 'memory_in_use') return 'A former server is still ending. Wait a moment, then start again.';
  if (startProblem(log) === 'port_taken') return 'Another program took the port. Start again, or stop that program.';
  if (/could not (?:create|map|open) (?:anonymous )?shared memory|Cannot allocate memory/.test(log)) {
    return 'There is too little memory. Stop something else, or name a database of your own in CROSSDOCK_DATABASE_URL.';
  }
  return `Its log is ${dataDir}/postgres.log. Mend the cause and start again, begin anew with --reset, or name a database of your own in CROSSDOCK_DATABASE_URL.`;
}
