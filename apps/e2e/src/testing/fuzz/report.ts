import type { FuzzReport } from './fuzz.ts';

/** What a run has found, for people. */
export function reportOf({ seed, sent, seconds, answers, meant, refused, findings }: FuzzReport): string {
  return [
    tableOf(answers),
    '',
    `${sent.toLocaleString('en')} requests in ${seconds.toFixed(1)} s, seed ${seed}; of ${meant.valid.toLocaleString('en')} that were meant to succeed, ${meant.succeeded.toLocaleString('en')} did.`,
    ...refusedOf(refused),
    ...findings.flatMap(({ operation, complaint, curl, shrinks }, index) => [
      '',
      `${index + 1}. ${operation}: ${complaint.kind}`,
      `   ${complaint.detail}`,
      `   The smallest request that does it (${shrinks} steps smaller than the first):`,
      curl.replaceAll(/^/gm, '   '),
    ]),
    '',
    findings.length === 0
      ? 'Every answer was one that the document describes.'
      : `${findings.length} kinds of answers were not as the document says. Again: npm run fuzz -- --seed ${seed}`,
    '',
  ].join('\n');
}

/** The commonest reason of each operation. */
function refusedOf(refused: FuzzReport['refused']): readonly string[] {
  const lines = [...refused].map(([operation, codes]) => {
    const most = [...codes].toSorted(([, a], [, b]) => b - a).slice(0, 3);
    return `  ${operation}: ${most.map(([code, times]) => `${code} ${times}`).join(', ')}`;
  });
  return lines.length === 0 ? [] : ['Why others did not:', ...lines];
}

function tableOf(answers: FuzzReport['answers']): string {
  const statuses = [...new Set([...answers.values()].flatMap((counts) => [...counts.keys()]))].sort((a, b) => a - b);
  const width = Math.max(...[...answers.keys()].map(({ length }) => length), WITHOUT.length);
  const row = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padStart(6)).join('')}`.trimEnd();
  return [
    row('', statuses.map(String)),
    ...[...answers].map(([operation, counts]) =>
      row(
        operation === '' ? WITHOUT : operation,
        statuses.map((status) => String(counts.get(status) ?? '')),
      ),
    ),
  ].join('\n');
}

const WITHOUT = '(without a route)';

/** Operations that were never answered with success. */
export function neverSucceeded({ answers }: FuzzReport): readonly string[] {
  return [...answers].flatMap(([operation, counts]) =>
    operation === '' || [...counts.keys()].some((status) => status < 400) ? [] : [operation],
  );
}
