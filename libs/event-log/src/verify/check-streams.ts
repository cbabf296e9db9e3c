import type { StoredEvent } from '@crossdock/core';
import { daysOfLog, scanDay } from '../projection/stream-scan.ts';
import { ConsumerLags } from './consumer-lags.ts';
import { ExpectedRow } from './expected-row.ts';
import { familyFindings, type Family } from './family-rules.ts';
import { readRange, type ReadRange } from './read-range.ts';
import { recheck, type RecheckParts } from './recheck.ts';
import type { Finding, Report } from './report.ts';
import { rangeFindings, type CheckedStream } from './row-rules.ts';
import { StreamCheck, type StreamSummary } from './stream-summary.ts';

export interface CheckStreamsParts extends RecheckParts {
  readonly report: Report;
  readonly pageEvents: number;
  /** How often a suspect is looked at again before it counts. */
  readonly rechecks: number;
  /** Waits a moment before the next look. */
  pause(): Promise<void>;
  onEvents(count: number): void;
}

const SECONDS_PER_DAY = 86_400;
const LOWEST = '0'.repeat(24);
const HIGHEST = 'f'.repeat(24);
const RECHECKED_AT_ONCE = 500;
/** Where so much is wrong, races are not the question any more. */
const MANY = 100;

/** Reads the whole log, stream by stream, with the rows that other tables hold of it: I2, I4, I5, I6, I7, I8, I11, I12. */
export async function checkStreams(parts: CheckStreamsParts): Promise<void> {
  // Read first: what a consumer had handled by now can be seen by every later look at the log.
  const lags = await ConsumerLags.read(parts.database, parts.consumers);
  const scan = new StreamScan(parts, lags);
  const days = await daysOfLog(parts.database);
  for (const [index, day] of days.entries()) {
    for await (const page of scanDay(parts.database, day, parts.pageEvents)) {
      await scan.page(page);
      parts.onEvents(page.length);
    }
    await scan.end(endOf(days[index + 1]));
  }
  if (days.length === 0) await scan.end(HIGHEST);
}

/** The highest id before a day, so that the ranges of all days leave nothing out. */
function endOf(next: number | undefined): string {
  if (next === undefined) return HIGHEST;
  return `${(next * SECONDS_PER_DAY - 1).toString(16).padStart(8, '0')}${'f'.repeat(16)}`;
}

interface Unfinished {
  readonly id: string;
  readonly check: StreamCheck;
  readonly expected: ExpectedRow;
}

class StreamScan {
  readonly #parts: CheckStreamsParts;
  readonly #lags: ConsumerLags;
  #low = LOWEST;
  #unfinished: Unfinished | undefined;
  #complete = new Map<string, CheckedStream>();
  #family = new Map<string, StreamSummary>();
  #families: Family[] = [];
  #second = '';

  constructor(parts: CheckStreamsParts, lags: ConsumerLags) {
    this.#parts = parts;
    this.#lags = lags;
  }

  async page(events: readonly StoredEvent[]): Promise<void> {
    const last = events.at(-1)?.stream;
    // The last stream may go on in the next page.
    const before = events.findLast(({ stream }) => stream !== last)?.stream ?? this.#unfinishedBefore(last);
    const high = before ?? this.#low;
    const rows = await readRange(this.#parts.database, { low: this.#low, high });
    for (const stored of events) this.#add(stored, rows);
    await this.#checkRange(rows);
    await this.#checkFamilies();
    this.#low = high;
  }

  /** When the page is all of one stream, the one before it ends with it. */
  #unfinishedBefore(stream: string | undefined): string | undefined {
    return this.#unfinished !== undefined && this.#unfinished.id !== stream ? this.#unfinished.id : undefined;
  }

  /** The day is over: so is its last stream. */
  async end(high: string): Promise<void> {
    const rows = await readRange(this.#parts.database, { low: this.#low, high });
    this.#finish();
    this.#endFamily();
    await this.#checkRange(rows);
    await this.#checkFamilies();
    this.#low = high;
  }

  #add(stored: StoredEvent, rows: ReadRange): void {
    if (this.#unfinished?.id !== stored.stream) {
      this.#finish();
      this.#unfinished = { id: stored.stream, check: new StreamCheck(stored.stream), expected: new ExpectedRow() };
    }
    this.#unfinished?.check.add(stored);
    this.#unfinished?.expected.add(stored, rows);
  }

  #finish(): void {
    const summary = this.#unfinished?.check.end();
    if (summary === undefined) return;
    this.#complete.set(summary.id, { summary, expected: this.#unfinished?.expected.row });
    this.#unfinished = undefined;
    // A lineage bears one second of birth, so a family is complete when the second is over.
    const second = summary.id.slice(0, 8);
    if (second !== this.#second) this.#endFamily();
    this.#second = second;
    this.#family.set(summary.id, summary);
  }

  async #checkRange(rows: ReadRange): Promise<void> {
    const complete = this.#complete;
    this.#complete = new Map();
    this.#count(complete, rows);
    const inStreams = [...complete.values()].flatMap(({ summary }) => summary.findings);
    const context = {
      lags: this.#lags.lags.bind(this.#lags),
      // Whoever is parked is a suspect that the second look clears.
      isParked: (): boolean => false,
    };
    await this.#settle([...inStreams, ...rangeFindings(complete, rows, context)]);
  }

  #endFamily(): void {
    if (this.#family.size > 0) this.#families.push(this.#family);
    this.#family = new Map();
  }

  async #checkFamilies(): Promise<void> {
    const context = { sha256: this.#parts.sha256, notedUpTo: (shard: number): number => this.#lags.notedUpTo(shard) };
    for (const family of this.#families.splice(0)) await this.#settle(familyFindings(family, context));
  }

  /** Suspects are looked at again, together with all that they have to do with; what is found each time counts. */
  async #settle(findings: readonly Finding[]): Promise<void> {
    const { report, rechecks } = this.#parts;
    let suspects = findings;
    for (let look = 0; look < rechecks && suspects.length > 0; look += 1) {
      if (look > 0 && report.violations > MANY) break;
      if (look > 0) await this.#parts.pause();
      const subjects = [...new Set(suspects.map(({ subject }) => subject))];
      const suspected = new Set(suspects.map(nameOf));
      const found: Finding[] = [];
      for (let start = 0; start < subjects.length; start += RECHECKED_AT_ONCE) {
        found.push(...(await recheck(this.#parts, subjects.slice(start, start + RECHECKED_AT_ONCE))));
      }
      // What else is wrong with a subject is another page's or family's to count.
      suspects = found.filter((finding) => suspected.has(nameOf(finding)));
    }
    for (const finding of suspects) report.violated(finding);
  }

  #count(complete: ReadonlyMap<string, CheckedStream>, rows: ReadRange): void {
    const { report } = this.#parts;
    const kinds = { message: 0, delivery: 0, notification: 0 };
    let events = 0;
    let open = 0;
    for (const { summary } of complete.values()) {
      events += summary.version;
      if (summary.fold === undefined) continue;
      kinds[summary.fold.kind] += 1;
      if (OPEN.has(summary.fold.state.status)) open += 1;
    }
    report.checked('I2', 'streams', complete.size);
    report.checked('I4', 'events', events);
    report.checked('I5', 'deliveries', kinds.delivery);
    report.checked('I6', 'messages', kinds.message);
    report.checked('I6', 'deliveries', kinds.delivery);
    report.checked('I6', 'notifications', kinds.notification);
    report.checked('I7', 'rows', rows.items.size + rows.notifications.size);
    report.checked('I8', 'open', open);
    report.checked('I8', 'due', rows.due.size);
    report.checked('I11', 'notifications', kinds.notification);
    report.checked('I12', 'identifier holders', rows.identifiers.size);
  }
}

const nameOf = ({ invariant, subject }: Finding): string => `${invariant} ${subject}`;

const OPEN: ReadonlySet<string> = new Set(['received', 'validated', 'pending', 'failing', 'scheduled']);
