import type { NotificationEntry, NotificationLevel } from '../delivery/events.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { boundedText, previewText } from '../json/text.ts';

const MAX_SUBJECT = 1_000;
const MAX_DESCRIPTION = 10_000;
const MAX_REFERENCE = 200;
const MAX_ATTRIBUTES = 4_096;
const LEVELS: Readonly<Record<string, NotificationLevel>> = { info: 'info', warn: 'warn', warning: 'warn', error: 'error' };
const OWN = new Set(['level', 'subject', 'description', 'reference_type', 'reference_id', 'reference_token']);

const PREFIX = 'notification:';

/** The level that a `notification:<level>` type names, info where there is no such level; `undefined` for any other type. */
export function notificationLevel(messageType: string): NotificationLevel | undefined {
  return messageType.startsWith(PREFIX) ? (levelOf(messageType.slice(PREFIX.length)) ?? 'info') : undefined;
}

/** Whether the level that a `notification:<level>` type names exists. */
export function isKnownLevel(messageType: string): boolean {
  return levelOf(messageType.slice(PREFIX.length)) !== undefined;
}

function levelOf(name: JsonValue | undefined): NotificationLevel | undefined {
  return typeof name === 'string' && Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
}

const text = (value: JsonValue | undefined, max: number): string | undefined => {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? boundedText(value, max) : previewText(value, max);
};

/** A notification made regular: subject may be empty, an absent description is the subject, other members become attributes. */
export function readNotification(entry: JsonObject, level: NotificationLevel): NotificationEntry {
  const subject = text(entry['subject'], MAX_SUBJECT) ?? '';
  const others = Object.entries(entry).filter(([name]) => !OWN.has(name));
  const referenceType = text(entry['reference_type'], MAX_REFERENCE);
  const referenceId = text(entry['reference_id'], MAX_REFERENCE);
  const referenceToken = text(entry['reference_token'], MAX_REFERENCE);
  const attributes = others.length === 0 ? undefined : boundedAttributes(others, MAX_ATTRIBUTES);
  return {
    level,
    subject,
    description: text(entry['description'], MAX_DESCRIPTION) ?? subject,
    ...(referenceType === undefined ? {} : { referenceType }),
    ...(referenceId === undefined ? {} : { referenceId }),
    ...(referenceToken === undefined ? {} : { referenceToken }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** Strangers' members made fit to be stored as facts: texts bounded, the whole within a budget of characters. */
export function boundedAttributes(members: Iterable<readonly [string, JsonValue]>, maxChars: number): JsonObject {
  const kept: Record<string, JsonValue> = {};
  let left = maxChars;
  for (const [name, value] of members) {
    if (left <= 0) break;
    const shown = typeof value === 'number' || typeof value === 'boolean' || value === null ? value : shownText(value, left);
    const key = boundedText(name, 100);
    Object.defineProperty(kept, key, { value: shown, enumerable: true, configurable: true, writable: true });
    left -= key.length + (typeof shown === 'string' ? shown.length : 8);
  }
  return kept;
}

function shownText(value: JsonValue, left: number): string {
  return typeof value === 'string' ? boundedText(value, left) : previewText(value, left);
}

/** The `notifications` member of any answer: what is malformed becomes a warning. */
export function readNotifications(
  value: JsonValue | undefined,
  most: number,
): { readonly entries: readonly NotificationEntry[]; readonly warnings: readonly string[] } {
  if (value === undefined || value === null) return { entries: [], warnings: [] };
  if (!Array.isArray(value)) return { entries: [], warnings: ['`notifications` is not an array: ignored.'] };
  const entries: NotificationEntry[] = [];
  const warnings: string[] = [];
  for (const [index, entry] of (value as readonly JsonValue[]).slice(0, most).entries()) {
    if (!isJsonObject(entry)) {
      warnings.push(`Notification ${index} is not an object: skipped.`);
      continue;
    }
    const name = entry['level'];
    const level = levelOf(name);
    if (level === undefined) {
      const said = name === undefined ? 'no level' : `the level ${previewText(name, 40)}, which is none of info, warn and error`;
      warnings.push(`Notification ${index} has ${said}: taken as info.`);
    }
    entries.push(readNotification(entry, level ?? 'info'));
  }
  if (value.length > most) warnings.push(`${value.length - most} notifications beyond the first ${most}: ignored.`);
  return { entries, warnings };
}
