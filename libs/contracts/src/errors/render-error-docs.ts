import { catalogueGroups } from './catalogue.ts';
import type { ErrorEntry } from './error-entry.ts';
import { legacyError } from './legacy-error.ts';
import { problem, problemMediaType } from './problem.ts';

const exampleFinding = {
  pointer: '/filters/1/value',
  code: 'mapping_regex_invalid',
  reason: 'The group that begins at character 3 of "(a" is not closed.',
} as const;

const exampleProblem = problem('mapping_regex_invalid', {
  where: 'Filter 2 of mapping "warehouse.add_shipment", field value',
  detail: exampleFinding.reason,
  errors: [exampleFinding],
  requestId: '0f2c9a7e',
});

/** The text of docs/errors.md. */
export function renderErrorDocs(): string {
  return [
    '# Errors',
    '',
    '<!-- Generated from the catalogue in libs/contracts/src/errors: UPDATE_DOCS=1 npx vitest run --project unit libs/contracts/ -->',
    '',
    'Every refusal, failed attempt and failed start carries one of the codes below. Each says four things: what happened, where,',
    'why, and what to do now. What happened, why and what to do now are the same each time and stand here; where it happened, and',
    'with which values, stands in the answer or the log line.',
    '',
    `Answers are problem documents (RFC 9457, \`${problemMediaType}\`):`,
    '',
    ...jsonBlock(exampleProblem),
    '',
    'The routes of the messages dialect keep the shape of the original hub, with `code` and `hint` added:',
    '',
    ...jsonBlock(legacyError('mapping_regex_invalid', exampleProblem.title, [exampleFinding])),
    '',
    '*Again* says whether the same thing, tried again unchanged, can work. Codes that never answer a request (failed attempts, the log,',
    'the start) have a status too: the one that fits best where they are passed on.',
    '',
    ...catalogueGroups.flatMap(({ title, entries }) => [
      `## ${title}`,
      '',
      ...Object.entries(entries).flatMap(([code, entry]) => renderEntry(code, entry)),
    ]),
  ].join('\n');
}

const jsonBlock = (value: object): readonly string[] => ['```json', ...JSON.stringify(value, undefined, 2).split('\n'), '```'];

const renderEntry = (code: string, { status, title, why, hint, retriable, legacy }: ErrorEntry): readonly string[] => [
  `### ${code}`,
  '',
  `**${title}.** Status ${status}. Again: ${retriable ? 'yes' : 'no'}.`,
  '',
  `- Why: ${why}`,
  `- What now: ${hint}`,
  ...(legacy === undefined ? [] : [`- The messages dialect says exactly: \`${legacy}\``]),
  '',
];
