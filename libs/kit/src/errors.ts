/** An error that says what it is: a code of the catalogue, whether trying again can help, and what caused it. */
export class HubError extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, options: { readonly retriable?: boolean; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HubError';
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

/** The code of anything thrown: a HubError's, a database's SQLSTATE, a system error's; `undefined` for the rest. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What anything thrown says of itself, in one line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** SQLSTATE classes that tell of the database's state, not of what was asked of it. */
const WEATHER = /^(?:08|40|53|55|57|58)[0-9A-Z]{3}$/;

/** Whether an error speaks of the world, so that trying again can help, and not of the work. Told by its shape, whoever threw it. */
export function isWeather(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  if (typeof error === 'object' && error !== null && 'retriable' in error) return error.retriable === true || code === 'epoch_mismatch';
  return WEATHER.test(code);
}
