import type { AppliedSchema, Finding } from '@crossdock/core';
import type { RequestPreview, RequestPreviews } from './request-preview.ts';
import type { RoutingLineView } from './routing-line-view.ts';
import { lineTexts, nextText } from './routing-view.ts';

/** What would become of a message, as the API writes it. */
export interface DryRunView extends RequestPreviews {
  readonly message: string;
  readonly source: string | null;
  /** The store's revision that would decide. */
  readonly revision: number;
  readonly validation: {
    readonly valid: boolean;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
    /** The store's own schema that the payload was held to. */
    readonly schema: AppliedSchema | null;
  };
  readonly summary: string;
  /** Mappings that the store has. */
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly mappings: readonly RoutingLineView[];
  readonly next: string | null;
}

/** The same for a terminal: the summary, a line a mapping, then the requests as they would be written. */
export function dryRunText(view: DryRunView): string {
  const { errors, warnings } = view.validation;
  const findings = [...errors.map((each) => ['error', each] as const), ...warnings.map((each) => ['warning', each] as const)];
  const left = view.requests_left_out;
  return `${[
    `${view.message}, tried with revision ${view.revision}: nothing was stored or sent`,
    view.summary,
    ...findings.map(([kind, { pointer, reason }]) => `${kind}: ${pointer === '' ? 'the payload' : pointer}: ${reason}`),
    '',
    ...lineTexts(view.mappings),
    ...nextText(view.next),
    ...view.requests.flatMap(requestText),
    ...(left === 0 ? [] : ['', `${left} more requests are not shown: ?mapping= shows that of one mapping.`]),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function requestText({ mapping, method, url, headers, body, notes }: RequestPreview): readonly string[] {
  return [
    '',
    `# ${mapping}`,
    ...notes.map((note) => `# ${note}`),
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ];
}
