import {
  foldDelivery,
  foldMessage,
  foldNotification,
  type DueDeliveries,
  type EventLog,
  type Sha256,
  type StoredEvent,
} from '@crossdock/core';
import { DUE_DELIVERIES, EVENT_LOG, SHA256 } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import type { KnownDelivery, KnownMessage } from './message-story.ts';
import { childIdsOf, notificationIdsOf, saidBy } from './made-from.ts';

/** Generations that are followed: answers of answers end at 20 hops, which are 41. */
const MOST_GENERATIONS = 50;
/** Streams that are read at once: a delivery's may hold ten answers of 4 KiB. */
const BATCH = 100;

/** A message or delivery among its relatives. */
export interface LineageMember {
  readonly id: string;
  readonly parent: string | undefined;
  /** Generations below the one that the tree begins with. */
  readonly depth: number;
  readonly state: KnownMessage | KnownDelivery;
  /** The attempt that is under way. */
  readonly running: number | undefined;
  /** Those that are part of the tree, and how many are not. */
  readonly children: readonly LineageMember[];
  readonly left: number;
}

export interface Lineage {
  readonly root: string;
  readonly tree: LineageMember;
  readonly members: number;
  /** There is more of it than the tree holds. */
  readonly truncated: boolean;
}

export interface LineagePart {
  /** Members at most. */
  readonly limit: number;
  /** Where the tree is to begin; at the root of the lineage unless it is said. */
  readonly from?: string;
  /** Children of that one up to this one are left out: an earlier answer had them. */
  readonly after?: string;
}

interface Draft extends Omit<LineageMember, 'children' | 'left' | 'running'> {
  readonly children: Draft[];
  readonly childIds: readonly string[];
}

/** Everything that came of a message, and what it came of: followed from the log, so that it is exact at once. */
@Injectable()
export class Lineages {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(DUE_DELIVERIES) private readonly due: DueDeliveries,
    @Inject(SHA256) private readonly sha256: Sha256,
  ) {}

  /** The lineage that this message or delivery of the store belongs to; undefined where it, or where to begin, does not exist. */
  async read(store: string, id: string, { limit, from, after }: LineagePart): Promise<Lineage | undefined> {
    const root = await this.#rootOf(store, id);
    if (root === undefined || (from !== undefined && (await this.#rootOf(store, from)) !== root)) return undefined;
    const [top] = await this.#generation([{ id: from ?? root, depth: 0 }]);
    if (top === undefined) return undefined;
    const begun = after === undefined ? top : { ...top, childIds: top.childIds.slice(top.childIds.indexOf(after) + 1) };
    const members = await this.#grow(begun, limit);
    const running = await this.due.running(members.flatMap((member) => ('accepted' in member.state ? [member.id] : [])));
    const tree = finished(begun, running);
    return { root, tree, members: members.length, truncated: members.some(({ children, childIds }) => children.length < childIds.length) };
  }

  async #rootOf(store: string, id: string): Promise<string | undefined> {
    const first = (await this.log.load([id])).get(id)?.[0]?.event;
    if (first === undefined || first.store !== store) return undefined;
    return first.type === 'message.received' || first.type === 'delivery.accepted' ? first.root : undefined;
  }

  /** Adds generation after generation, the elder first, until nobody is left or the tree is full. */
  async #grow(top: Draft, limit: number): Promise<readonly Draft[]> {
    const members: Draft[] = [top];
    let elders: readonly Draft[] = [top];
    for (let depth = 1; elders.length > 0 && depth <= MOST_GENERATIONS; depth += 1) {
      const wanted = elders.flatMap((elder) => elder.childIds.map((id) => ({ id, depth, elder })));
      const children = await this.#generation(wanted.slice(0, limit - members.length));
      const elderOf = new Map(wanted.map(({ id, elder }) => [id, elder]));
      for (const child of children) elderOf.get(child.id)?.children.push(child);
      members.push(...children);
      elders = children;
    }
    return members;
  }

  async #generation(wanted: readonly { readonly id: string; readonly depth: number }[]): Promise<readonly Draft[]> {
    const drafts: Draft[] = [];
    for (let from = 0; from < wanted.length; from += BATCH) drafts.push(...(await this.#batch(wanted.slice(from, from + BATCH))));
    return drafts;
  }

  async #batch(wanted: readonly { readonly id: string; readonly depth: number }[]): Promise<readonly Draft[]> {
    const streams = await this.log.load(wanted.map(({ id }) => id));
    const notifications = new Map([...streams].map(([id, events]) => [id, notificationIdsOf(this.sha256, id, saidBy(events))] as const));
    const raised = await this.log.load([...notifications.values()].flat());
    return wanted.flatMap(({ id, depth }) => {
      const events = streams.get(id);
      const state = events === undefined ? undefined : stateOf(events);
      if (events === undefined || state === undefined) return [];
      const pushed = (notifications.get(id) ?? []).flatMap((each) => pushedFor(raised.get(each)));
      const childIds = [...new Set([...childIdsOf(events.map(({ event }) => event)), ...pushed])];
      return [{ id, parent: parentOf(state), depth, state, childIds, children: [] }];
    });
  }
}

function stateOf(events: readonly StoredEvent[]): KnownMessage | KnownDelivery | undefined {
  const message = foldMessage(events);
  if (message.status !== 'unknown') return message;
  const delivery = foldDelivery(events);
  return delivery.status === 'unknown' ? undefined : delivery;
}

const parentOf = (state: KnownMessage | KnownDelivery): string | undefined =>
  'accepted' in state ? state.accepted.parent : state.received.parent;

/** The message that was pushed when the notification was raised. */
function pushedFor(events: readonly StoredEvent[] | undefined): readonly string[] {
  const notification = foldNotification(events ?? []);
  return notification.status === 'unknown' || notification.raised.pushed === undefined ? [] : [notification.raised.pushed];
}

function finished(draft: Draft, running: ReadonlyMap<string, { readonly attempt: number }>): LineageMember {
  const { id, parent, depth, state, children, childIds } = draft;
  return {
    id,
    parent,
    depth,
    state,
    running: running.get(id)?.attempt,
    children: children.map((child) => finished(child, running)),
    left: childIds.length - children.length,
  };
}
