import type { NotificationEntry } from '../delivery/events.ts';
import type { Lineage } from '../message/events.ts';

/** First occurrence. The stream is the notification; its version is the number of occurrences. */
export interface NotificationRaised extends Lineage, NotificationEntry {
  readonly type: 'notification.raised';
  /** The message or delivery that it is about. */
  readonly about: string;
  /** Who said it: `integration.service`, a pushed message's source, `push`, or `validator`. */
  readonly origin: string;
  /** The message that was pushed for it, if any was. */
  readonly pushed?: string;
}

export interface NotificationRepeated extends Lineage {
  readonly type: 'notification.repeated';
  readonly about: string;
}

export type NotificationEvent = NotificationRaised | NotificationRepeated;
