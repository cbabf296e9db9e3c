import { chapters } from './cases/chapters.ts';
import type { Case, Chapter } from './suite/case.ts';

/** The text of docs/protocol.md: the table, for readers. */
export function renderProtocolDocs(): string {
  const cases = chapters.reduce((sum, { cases: { length } }) => sum + length, 0);
  return [
    '# The protocol, case by case',
    '',
    '<!-- Generated from apps/conformance/src/cases: UPDATE_DOCS=1 npx vitest run --project unit apps/conformance/src/render-protocol-docs.spec.ts -->',
    '',
    `What the HTTP API promises, as ${cases} cases that can be tried on any hub: [apps/conformance](../apps/conformance/README.md). Each row has the request that decides, and the`,
    'status that has to come; headers and bodies are in the table itself, [apps/conformance/src/cases](../apps/conformance/src/cases). What is *not offered* is held to be absent.',
    '',
    ...chapters.flatMap(renderChapter),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function renderChapter({ title, about, cases }: Chapter): readonly string[] {
  return [`## ${title}`, '', about, '', '| case | request | answer |', '|---|---|---|', ...cases.map(renderCase), ''];
}

function renderCase({ name, steps, elsewhere, notOffered }: Case): string {
  const last = steps.at(-1);
  const request = last === undefined ? '–' : `\`${last.request.method} ${readable(last.request.path)}\``;
  const status = last === undefined ? '–' : [last.answer.status].flat().join(' or ');
  const answer =
    elsewhere !== undefined ? `not tried: ${elsewhere}` : notOffered === undefined ? status : `*not offered*, ${status}: ${notOffered}`;
  return `| ${cell(name)} | ${cell(request)} | ${answer} |`;
}

const readable = (path: string): string =>
  path
    .replaceAll('<store>', ':store_id')
    .replaceAll(/<(\w+)>/g, ':$1')
    .replaceAll('0'.repeat(24), ':unknown');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
