import type { PayloadFindings } from './finding.ts';

/** A store's schema that a message was held to. */
export interface AppliedSchema {
  /** The type's canonical name. */
  readonly type: string;
  readonly version: number;
}

/** What is found in a payload of so many bytes. Pure, total, and bounded in time. */
export type CheckPayload = (payload: unknown, bytes: number) => PayloadFindings;

/** A schema that a store has registered for a message type. */
export interface RegisteredSchema extends AppliedSchema {
  readonly check: CheckPayload;
}

/** What was found in a message's payload, and by which of the store's schemas. */
export interface CheckedMessage extends PayloadFindings {
  readonly schema?: AppliedSchema;
}

/** Whoever mends the first fifty finds the rest with the next try. */
const MAX_ERRORS = 50;

/** A message's payload held to the rules of its type, and to the store's schema where there is one: that adds to them, and takes nothing away. */
export function checkMessage(
  builtIn: PayloadFindings,
  registered: RegisteredSchema | undefined,
  payload: unknown,
  bytes: number,
): CheckedMessage {
  if (registered === undefined) return builtIn;
  const own = registered.check(payload, bytes);
  return {
    errors: [...builtIn.errors, ...own.errors].slice(0, MAX_ERRORS),
    warnings: [...builtIn.warnings, ...own.warnings],
    schema: { type: registered.type, version: registered.version },
  };
}
