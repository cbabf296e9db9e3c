import {
  foldMessage,
  lineAt,
  matchMappings,
  messageRoot,
  outlineRouting,
  summarizeRouting,
  type ChangedSince,
  type EventLog,
  type JsonValue,
  type KnownLine,
  type Matched,
  type MessageState,
  type ParkedRecords,
  type PastSnapshot,
  type Place,
  type Received,
  type ReceivedMessages,
  type Registry,
  type RegistryHistory,
  type RoutingOutline,
  type StoreSnapshot,
} from '@crossdock/core';
import { EVENT_LOG, PARKED_RECORDS, RECEIVED_MESSAGES, REGISTRY, REGISTRY_HISTORY } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import type { Cursor } from '../http/cursor.ts';
import { HttpError } from '../http/http-error.ts';
import { shownState } from '../messages/render-story.ts';
import { DeliveryStandings, statesIn } from './delivery-standings.ts';
import { pageOfPlaces } from './place-page.ts';
import { absentLineView, routingLineView, type RoutingLineView } from './routing-line-view.ts';
import type { RoutingView } from './routing-view.ts';
import { explainUnrouted } from './unrouted.ts';

type KnownMessage = Exclude<MessageState, { status: 'unknown' }>;
type RoutedMessage = Extract<MessageState, { status: 'routed' | 'never_processed' }>;

/** Parked records of a store that are looked through for a message's. */
const MOST_PARKED = 1_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** The message that is to be explained. */
interface Found {
  readonly state: KnownMessage;
  /** The delivery that was asked for. */
  readonly delivery?: string;
  /** What it was sent again as, with another payload. */
  readonly resubmitted: readonly string[];
}

/** What there is to explain a message's routing with. */
interface Facts {
  readonly state: RoutedMessage;
  readonly outline: RoutingOutline;
  readonly past: PastSnapshot | undefined;
  readonly current: StoreSnapshot | undefined;
  readonly received: Received | undefined;
}

/** Why messages went where they went: from the log, and where that only counted, from the decision made again. */
@Injectable()
export class RoutingExplanations {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(PARKED_RECORDS) private readonly parked: ParkedRecords,
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(REGISTRY_HISTORY) private readonly history: RegistryHistory,
    private readonly standings: DeliveryStandings,
  ) {}

  /** A page of the explanation of this message, or of the message of this delivery; of one mapping, where it is named. */
  async read(store: string, id: string, cursor: Cursor, mapping: string | undefined): Promise<RoutingView | undefined> {
    const found = await this.#find(store, id);
    if (found === undefined) return undefined;
    const about = {
      message_id: found.state.id,
      message: found.state.received.message,
      delivery_id: found.delivery ?? null,
      state: shownState(found.state.status),
    };
    if (found.state.status !== 'routed' && found.state.status !== 'never_processed') {
      const summary = explainUnrouted(found.state, { stuck: await this.#stuckBecause(found.state), resubmitted: found.resubmitted });
      return { ...about, routed_at: null, revision: null, current_revision: null, summary, total: 0, counts: {}, mappings: [], next: null };
    }
    const facts = await this.#facts(found.state);
    const { outline } = facts;
    const routed = {
      ...about,
      routed_at: iso(found.state.endedAt),
      revision: outline.decision.revision,
      current_revision: facts.current?.revision ?? null,
      total: outline.places.length,
      counts: outline.counts,
    };
    if (mapping !== undefined) {
      const line = await this.#one(facts, mapping);
      return { ...routed, summary: `${line.mapping}: ${line.explanation}`, mappings: [line], next: null };
    }
    const { shown, next } = pageOfPlaces(outline, cursor);
    return { ...routed, summary: summarizeRouting(outline, 'past'), mappings: await this.#lines(facts, shown), next };
  }

  async #find(store: string, id: string): Promise<Found | undefined> {
    const events = (await this.log.load([id])).get(id);
    const first = events?.[0]?.event;
    if (events === undefined || first === undefined || first.store !== store) return undefined;
    if (first.type === 'delivery.accepted') {
      const message = await this.#find(store, first.parent);
      return message === undefined ? undefined : { ...message, delivery: id };
    }
    const state = foldMessage(events);
    const resubmitted = events.flatMap(({ event }) => (event.type === 'message.resubmitted' ? [event.child] : []));
    return state.status === 'unknown' ? undefined : { state, resubmitted };
  }

  async #stuckBecause({ id, status, received: { store } }: KnownMessage): Promise<string | undefined> {
    if (status !== 'received' && status !== 'validated') return undefined;
    return (await this.parked.list(store, MOST_PARKED)).find(({ stream }) => stream === id)?.reason;
  }

  async #facts(state: RoutedMessage): Promise<Facts> {
    const { store } = state.received;
    const [past, snapshots, received] = await Promise.all([
      this.history.atRevision(store, state.outcome.revision),
      this.registry.snapshots([store]),
      this.received.get([state.id]),
    ]);
    const outline = outlineRouting(state.outcome, past);
    return { state, outline, past, current: snapshots.get(store), received: received.get(state.id) };
  }

  async #lines(facts: Facts, places: readonly Place[], removed?: number): Promise<readonly RoutingLineView[]> {
    const { outline, state, received } = facts;
    const again = decidedAgain(facts);
    const lines = places.map((place) => lineAt(outline, place, again));
    const standings = await this.standings.of(lines, facts.current);
    const root = received === undefined ? {} : { root: rootOf(state, received) };
    return lines.map((line) => {
      const told = { tense: 'past' as const, message: state.received.message, ...root, standing: (id: string) => standings.get(id)?.words };
      return { ...routingLineView(line, told, sinceOf(line, facts, removed)), ...statesIn(line, standings) };
    });
  }

  /** The line of one mapping, by the name or id that it has, or had at any time. */
  async #one(facts: Facts, wanted: string): Promise<RoutingLineView> {
    const { outline, state } = facts;
    const lives = await this.history.livesOf(state.received.store, wanted);
    const ids = new Set(lives.map(({ id }) => id));
    const place =
      outline.places.find(({ mapping, name }) => mapping === wanted || name === wanted) ??
      outline.places.find(({ mapping }) => ids.has(mapping));
    const removed = lives.find(({ id }) => id === place?.mapping)?.removed;
    const [line] = place === undefined ? [] : await this.#lines(facts, [place], removed);
    if (line !== undefined) return line;
    const [life] = lives;
    if (life !== undefined) return absentLineView(life, outline.decision.revision);
    throw new HttpError('mapping_not_found', { detail: 'The store has and had no such mapping, by id or name.' });
  }
}

const rootOf = ({ id }: KnownMessage, received: Received): JsonValue => messageRoot(id, received.event, received.parsed() as JsonValue);

/** What the router found, for the reasons that were only counted: worked out once, and only if it is asked for. */
function decidedAgain({ state, past, received }: Facts): () => Matched {
  let matched: Matched | undefined;
  return () => {
    if (received === undefined) return { candidates: [], reasons: [] };
    const { hops, trail, message } = state.received;
    const passage = { hops, ...(trail === undefined ? {} : { trail }) };
    return (matched ??= matchMappings(rootOf(state, received), past?.subscribed.get(message) ?? [], passage));
  };
}

/** Whether the mapping that people see now is still the one that decided. */
function sinceOf({ mapping, revision, name }: KnownLine, { past, current }: Facts, removed: number | undefined): ChangedSince | undefined {
  if (current === undefined) return undefined;
  const now = current.mappings.get(mapping);
  if (now === undefined) return { change: 'deleted', revision: removed ?? null, name: null };
  const then = revision ?? past?.mappings.get(mapping)?.revision;
  if (then === undefined || then === now.revision) return undefined;
  return { change: now.name === name ? 'changed' : 'renamed', revision: now.revision, name: now.name };
}
