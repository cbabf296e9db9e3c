import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';

/** What is known of a push. `refused` was never sent; `unknown` may or may not be stored; `wrong` is an answer that nobody should get. */
export type Outcome =
  | { readonly kind: 'ok'; readonly id: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'wrong'; readonly why: string };

/** Everything that was done and seen, in order, also as JSON lines in a file. */
export class History {
  readonly file: string;
  readonly pushes = new Map<number, Outcome>();
  readonly wrongReads: string[] = [];
  readonly #lines: WriteStream;

  constructor(file: string) {
    this.file = file;
    this.#lines = createWriteStream(file);
  }

  invoked(seq: number, type: string): void {
    this.pushes.set(seq, { kind: 'unknown', why: 'not answered' });
    this.note({ op: 'invoke', seq, type });
  }

  answered(seq: number, outcome: Outcome): void {
    this.pushes.set(seq, outcome);
    const { kind, ...rest } = outcome;
    this.note({ op: kind, seq, ...rest });
  }

  /** An answer to a question that nobody should get. */
  readWrong(what: string): void {
    this.wrongReads.push(what);
    this.note({ op: 'wrong', what });
  }

  note(what: Readonly<Record<string, unknown>>): void {
    this.#lines.write(`${JSON.stringify({ at: Date.now(), ...what })}\n`);
  }

  /** Ids of acknowledged pushes, by number. */
  get acknowledged(): ReadonlyMap<number, string> {
    return new Map([...this.pushes].flatMap(([seq, outcome]) => (outcome.kind === 'ok' ? [[seq, outcome.id] as const] : [])));
  }

  count(kind: Outcome['kind']): number {
    return [...this.pushes.values()].filter((outcome) => outcome.kind === kind).length;
  }

  async close(): Promise<void> {
    this.#lines.end();
    await once(this.#lines, 'close');
  }
}
