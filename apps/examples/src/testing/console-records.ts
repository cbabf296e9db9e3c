/** A record as Kafka's console consumer printed it. */
export interface ConsoleRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The value up to its payload, parsed. */
  readonly value: unknown;
  /** The text between `ce_payloadoffset` and the last byte. */
  readonly payload: string | undefined;
}

// Neither JSON nor our headers hold such characters, while payloads may hold line ends.
const separators = { key: '\u001f', headers: '\u001d', line: '\u001e' };

/** What to add to a command so that `parseConsole` can read what it prints. */
export const printAll = [
  'print.partition=true',
  'print.offset=true',
  'print.key=true',
  ...Object.entries(separators).map(([name, character]) => `${name}.separator=${character}`),
]
  .map((property) => ` --formatter-property '${property}'`)
  .join('');

export function parseConsole(stdout: Buffer): readonly ConsoleRecord[] {
  const records: ConsoleRecord[] = [];
  for (let from = 0; from < stdout.length;) {
    const end = stdout.indexOf(separators.line, from);
    if (end === -1) throw new Error(`The last record was not printed to its end: ${stdout.toString('utf8', from)}`);
    records.push(parseRecord(stdout.subarray(from, end)));
    from = end + 1;
  }
  return records;
}

/** `Partition:0 Offset:5 headers key value`, parted by the key's separator. */
function parseRecord(line: Buffer): ConsoleRecord {
  const starts = [0];
  for (let part = 1; part < 5; part += 1) starts.push(line.indexOf(separators.key, starts[part - 1]) + 1);
  const [partition = '', offset = '', headers = '', key = ''] = starts
    .slice(0, -1)
    .map((start, part) => line.toString('utf8', start, (starts[part + 1] ?? 0) - 1));
  const named = Object.fromEntries(
    headers.split(separators.headers).map((header) => header.split(/:(.*)/s).slice(0, 2) as [string, string]),
  );
  return {
    partition: Number(partition.replace('Partition:', '')),
    offset: Number(offset.replace('Offset:', '')),
    key,
    headers: named,
    ...parseValue(line.subarray(starts[4]), named['ce_payloadoffset']),
  };
}

function parseValue(value: Buffer, payloadOffset: string | undefined): Pick<ConsoleRecord, 'value' | 'payload'> {
  if (payloadOffset === undefined) return { value: JSON.parse(value.toString()), payload: undefined };
  const start = Number(payloadOffset);
  const { payload: _payload, ...parsed } = JSON.parse(value.toString()) as Readonly<Record<string, unknown>>;
  return { value: parsed, payload: value.toString('utf8', start, value.length - 1) };
}
