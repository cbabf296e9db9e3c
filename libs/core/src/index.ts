export * from './unreachable.ts';
export type { Finding } from './validation/finding.ts';
export type { SendFailureClass, Sender, SendRequest, SendResult } from './ports/sender.ts';
export { isJsonObject, type JsonObject, type JsonValue } from './json/json-value.ts';
