import type { RoutingLineView } from './routing-line-view.ts';

/** Why a message went where it went, as the API writes it. */
export interface RoutingView {
  readonly message_id: string;
  readonly message: string;
  /** The delivery that was asked for: its message is explained. */
  readonly delivery_id: string | null;
  readonly state: string;
  readonly routed_at: string | null;
  /** The revision of the store that decided, and the one of now. */
  readonly revision: number | null;
  readonly current_revision: number | null;
  readonly summary: string;
  /** Mappings that the store had at that revision. */
  readonly total: number;
  /** How many mappings came to what, by code. */
  readonly counts: Readonly<Record<string, number>>;
  readonly mappings: readonly RoutingLineView[];
  readonly next: string | null;
}

/** The same for a terminal: the summary, then a line a mapping in columns. */
export function routingText(view: RoutingView): string {
  const { message, message_id: id, routed_at: at, revision, mappings, next } = view;
  const head = at === null ? `${message} ${id}, ${view.state}` : `${message} ${id}, routed at ${at} by revision ${revision}`;
  return `${[head, view.summary, '', ...lineTexts(mappings), ...nextText(next)].join('\n').trimEnd()}\n`;
}

/** Code, mapping and sentence, each column as wide as its widest. */
export function lineTexts(lines: readonly RoutingLineView[]): readonly string[] {
  const codes = Math.max(0, ...lines.map(({ code }) => code.length));
  const names = Math.max(0, ...lines.map(({ mapping }) => mapping.length));
  return lines.map(({ code, mapping, explanation }) => `${code.padEnd(codes)}  ${mapping.padEnd(names)}  ${explanation}`);
}

export const nextText = (next: string | null): readonly string[] => (next === null ? [] : ['', `There are more: ?after=${next}`]);
