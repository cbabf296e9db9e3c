import { childId } from '../message/message-id.ts';
import type { Sha256 } from '../ports/ambient.ts';
import type { NotificationEntry } from '../delivery/events.ts';
import type { Lineage } from '../message/events.ts';
import type { NotificationEvent } from './events.ts';

/** Something to notify of: one entry, about one message or delivery, said by someone. */
export interface Occurrence extends Lineage {
  /** The message or delivery that it is about. */
  readonly about: string;
  readonly origin: string;
  readonly entry: NotificationEntry;
  /** Type of the message at the root of the lineage: notifications about notifications are stored and never pushed. */
  readonly rootMessage: string;
  /** The occurrence itself came in as a message: no second one is made. */
  readonly isMessage: boolean;
}

export interface NotificationDecision {
  readonly event: NotificationEvent;
  /** Whether a `notification:<level>` message is to be pushed along. */
  readonly push: boolean;
}

/** One text for occurrences that are the same notification: (message, origin, level, subject, description). */
export function notificationKey(occurrence: Pick<Occurrence, 'about' | 'origin' | 'entry'>): string {
  const { level, subject, description } = occurrence.entry;
  return JSON.stringify([occurrence.about, occurrence.origin, level, subject, description]);
}

/** The stream that such occurrences are counted in. */
export function notificationId(sha256: Sha256, occurrence: Pick<Occurrence, 'about' | 'origin' | 'entry'>): string {
  return childId(sha256, { kind: 'notification', parent: occurrence.about, key: notificationKey(occurrence) });
}

/** The first time raises, and pushes a message unless that could loop; any other time only counts. */
export function decideNotification(version: number, occurrence: Occurrence, pushed: string): NotificationDecision {
  const { store, root, about, origin, entry } = occurrence;
  if (version > 0) return { event: { type: 'notification.repeated', store, root, about }, push: false };
  const push = !occurrence.isMessage && !occurrence.rootMessage.startsWith('notification:');
  return { event: { type: 'notification.raised', store, root, about, origin, ...entry, ...(push ? { pushed } : {}) }, push };
}
