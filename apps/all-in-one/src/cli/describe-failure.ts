import { catalogue, isErrorCode } from '@crossdock/contracts';
import { codeOf, messageOf } from '@crossdock/kit';

/** Their errors already say what to do in the very case, better than the catalogue can for all cases. */
const saysWhatNow = new Set<string>(['data_directory_in_use', 'database_unreachable', 'disk_full']);

/** An error that ended the hub, as a person reads it: what it says, what to do now, and where more is written about it. */
export function describeFailure(error: unknown): string {
  const message = messageOf(error).replaceAll('\n', '\n  ');
  const code = codeOf(error);
  if (code === undefined || !isErrorCode(code)) {
    const stack = error instanceof Error && error.stack !== undefined ? `\n\n${error.stack}` : '';
    return `\n  ${message}\n\n  ${catalogue.internal_error.hint}${stack}\n`;
  }
  const { title, hint } = catalogue[code];
  const next = saysWhatNow.has(code) ? 'More about this:' : `What now: ${hint} More about this:`;
  return `\n  ${title}.\n\n  ${message}\n\n  ${next} docs/errors.md#${code}\n`;
}
