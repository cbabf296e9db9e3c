import { notificationId, type DeliveryAccepted, type MessageReceived, type NotificationState, type Sha256 } from '@crossdock/core';
import type { Finding, InvariantId } from './report.ts';
import type { StreamSummary } from './stream-summary.ts';

/** Streams that belong together: all of one lineage, at least. */
export type Family = ReadonlyMap<string, StreamSummary>;

export interface FamilyContext {
  readonly sha256: Sha256;
  /** Up to where the outcomes of deliveries have been looked at for notifications, in a shard. */
  notedUpTo(shard: number): number;
}

/** The rules about what streams say of each other: I6, and I11 for what deliveries notified of. */
export function familyFindings(family: Family, context: FamilyContext): readonly Finding[] {
  const rules = new FamilyRules(family, context);
  for (const summary of family.values()) if (summary.findings.length === 0) rules.check(summary);
  return rules.findings;
}

/** The streams that a stream's own rules look at, besides itself. */
export function relativesOf(summary: StreamSummary, sha256: Sha256): readonly string[] {
  const { fold } = summary;
  const relatives = [...summary.children, ...(summary.sent ?? []).map(({ delivery }) => delivery)];
  if (fold?.kind === 'message' && fold.state.status !== 'unknown' && fold.state.received.parent !== undefined)
    relatives.push(fold.state.received.parent);
  if (fold?.kind === 'delivery' && fold.state.status !== 'unknown') {
    relatives.push(fold.state.accepted.parent, ...occurrences(summary, fold.state.accepted, sha256, 0).keys());
  }
  if (fold?.kind === 'notification' && fold.state.status !== 'unknown') {
    relatives.push(fold.state.raised.about);
    if (fold.state.raised.pushed !== undefined) relatives.push(fold.state.raised.pushed);
  }
  return relatives;
}

/** How often each notification must have been counted at least, and may have been at most, by what a delivery's attempts say. */
function occurrences(
  summary: StreamSummary,
  accepted: DeliveryAccepted,
  sha256: Sha256,
  upTo: number,
): Map<string, { least: number; most: number }> {
  const counts = new Map<string, { least: number; most: number }>();
  for (const { entry, position } of summary.noted) {
    const id = notificationId(sha256, { about: summary.id, origin: accepted.name, entry });
    const count = counts.get(id) ?? { least: 0, most: 0 };
    count.most += 1;
    if (position <= upTo) count.least += 1;
    counts.set(id, count);
  }
  return counts;
}

class FamilyRules {
  readonly findings: Finding[] = [];
  readonly #family: Family;
  readonly #context: FamilyContext;

  constructor(family: Family, context: FamilyContext) {
    this.#family = family;
    this.#context = context;
  }

  #found(invariant: InvariantId, subject: string, text: string): void {
    this.findings.push({ invariant, subject, text });
  }

  check(summary: StreamSummary): void {
    const { fold } = summary;
    if (fold === undefined || fold.state.status === 'unknown') return;
    if (fold.kind === 'message') this.#message(summary, fold.state.received);
    else if (fold.kind === 'delivery') this.#delivery(summary, fold.state.accepted);
    else this.#notification(summary, fold.state);
  }

  #message(summary: StreamSummary, received: MessageReceived): void {
    const { id } = summary;
    for (const { delivery, mapping } of summary.sent ?? []) {
      const accepted = this.#accepted(delivery);
      if (accepted === undefined) this.#found('I6', id, `Message ${id} was routed to delivery ${delivery}, which does not exist.`);
      else if (accepted.parent !== id || accepted.mapping !== mapping) {
        this.#found('I6', id, `Message ${id} was routed to delivery ${delivery}, which knows another message or mapping.`);
      }
    }
    this.#children(summary, 'Message');
    if (received.parent === undefined) {
      if (received.root !== id) this.#found('I6', id, `Message ${id} has no parent, and yet another root: ${received.root}.`);
      return;
    }
    const parent = this.#descends(summary, received.parent, received.root, `Message ${id}`);
    const isListed = parent === undefined || parent.findings.length > 0 || parent.children.includes(id);
    if (!isListed && received.origin === 'answer')
      this.#found('I6', id, `Message ${id} says it is of an answer to ${received.parent}, which does not list it.`);
    if (!isListed && received.origin === 'edit')
      this.#found('I6', id, `Message ${id} says it is ${received.parent} with another payload, which does not list it.`);
  }

  #delivery(summary: StreamSummary, accepted: DeliveryAccepted): void {
    const { id } = summary;
    const parent = this.#descends(summary, accepted.parent, accepted.root, `Delivery ${id}`);
    if (parent !== undefined && parent.findings.length === 0 && parent.sent?.some(({ delivery }) => delivery === id) !== true) {
      this.#found('I6', id, `Delivery ${id} is of message ${accepted.parent}, which was not routed to it.`);
    }
    this.#children(summary, 'Delivery');
    for (const [notification, { least }] of occurrences(summary, accepted, this.#context.sha256, this.#context.notedUpTo(summary.shard))) {
      const counted = this.#family.get(notification)?.version ?? 0;
      if (counted < least) this.#found('I11', id, `Delivery ${id} notified ${least} times of ${notification}, which counts ${counted}.`);
    }
  }

  #children({ id, children }: StreamSummary, kind: string): void {
    for (const child of children) {
      const received = this.#received(child);
      if (received === undefined) this.#found('I6', id, `${kind} ${id} made message ${child}, which does not exist.`);
      else if (received.parent !== id) this.#found('I6', id, `${kind} ${id} made message ${child}, which knows another parent.`);
    }
  }

  #notification(summary: StreamSummary, { raised, version }: Exclude<NotificationState, { status: 'unknown' }>): void {
    const { id } = summary;
    const about = this.#descends(summary, raised.about, raised.root, `Notification ${id}`);
    if (raised.pushed !== undefined && this.#received(raised.pushed) === undefined) {
      this.#found('I6', id, `Notification ${id} pushed message ${raised.pushed}, which does not exist.`);
    }
    const fingerprint = notificationId(this.#context.sha256, { about: raised.about, origin: raised.origin, entry: raised });
    if (fingerprint !== id)
      this.#found('I11', id, `Notification ${id} has the fingerprint of ${fingerprint}: it is counted in two places.`);
    const accepted = this.#accepted(raised.about);
    if (about === undefined || about.findings.length > 0 || accepted?.name !== raised.origin) return;
    const most = occurrences(about, accepted, this.#context.sha256, 0).get(id)?.most ?? 0;
    if (version > most)
      this.#found('I11', id, `Notification ${id} counts ${version}, delivery ${raised.about} notified of it ${most} times.`);
  }

  /** What it was made from is there, in the same shard, with the same root. */
  #descends(summary: StreamSummary, parent: string, root: string, who: string): StreamSummary | undefined {
    const found = this.#family.get(parent);
    if (found === undefined) {
      this.#found('I6', summary.id, `${who} comes from ${parent}, which does not exist.`);
      return undefined;
    }
    if (found.shard !== summary.shard)
      this.#found('I6', summary.id, `${who} is in shard ${summary.shard}, ${parent}, from which it comes, in ${found.shard}.`);
    const itsRoot = this.#received(parent)?.root ?? this.#accepted(parent)?.root;
    if (itsRoot !== undefined && itsRoot !== root)
      this.#found('I6', summary.id, `${who} has root ${root}, ${parent}, from which it comes, ${itsRoot}.`);
    return found;
  }

  #received(id: string): MessageReceived | undefined {
    const fold = this.#family.get(id)?.fold;
    return fold?.kind === 'message' && fold.state.status !== 'unknown' ? fold.state.received : undefined;
  }

  #accepted(id: string): DeliveryAccepted | undefined {
    const fold = this.#family.get(id)?.fold;
    return fold?.kind === 'delivery' && fold.state.status !== 'unknown' ? fold.state.accepted : undefined;
  }
}
