import { checkPayload } from '@crossdock/contracts';
import {
  checkMessage,
  decideRouting,
  foldMessage,
  lineAt,
  listed,
  matchMappings,
  messageRoot,
  outlineRouting,
  summarizeRouting,
  type Identifiers,
  type KnownLine,
  type Matched,
  type MessageReceived,
  type MessageState,
  type PayloadFindings,
  type Registry,
  type RoutingOutline,
  type StoreSnapshot,
  type UnitOfWork,
} from '@crossdock/core';
import { IDENTIFIERS, REGISTRY, UNIT_OF_WORK } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import type { Cursor } from '../http/cursor.ts';
import { HttpError } from '../http/http-error.ts';
import type { Push } from '../push/read-push.ts';
import { DeliveryStandings, statesIn } from './delivery-standings.ts';
import type { DryRunView } from './dry-run-view.ts';
import { pageOfPlaces } from './place-page.ts';
import { PLACEHOLDER, previewRequests } from './request-preview.ts';
import { routingLineView, type RoutingLineView } from './routing-line-view.ts';

/** What of a dry run is to be shown: a page of the mappings, or one of them by its name or id. */
export interface DryRunPart {
  readonly cursor: Cursor;
  readonly mapping: string | undefined;
}

interface Decided {
  readonly outline: RoutingOutline;
  readonly matched: Matched;
}

/** What would become of a message if it were pushed now. Nothing is stored, claimed or sent. */
@Injectable()
export class DryRuns {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    private readonly standings: DeliveryStandings,
  ) {}

  async run(store: string, push: Push, { cursor, mapping }: DryRunPart): Promise<DryRunView> {
    const snapshot = (await this.registry.snapshots([store])).get(store);
    if (snapshot === undefined) throw new HttpError('store_not_found', { detail: 'There is no such store.' });
    const registered = snapshot.schemas.get(push.message);
    const { schema, ...findings } = checkMessage(checkPayload(push.message, push.parsed), registered, push.parsed, push.payload.length);
    const valid = findings.errors.length === 0;
    const decided = await this.#decide(snapshot, push);
    const { outline } = decided;
    const { shown, next } =
      mapping === undefined
        ? pageOfPlaces(outline, cursor)
        : { shown: outline.places.filter((place) => place.name === mapping || place.mapping === mapping), next: null };
    if (mapping !== undefined && shown.length === 0)
      throw new HttpError('mapping_not_found', { detail: 'The store has no such mapping, by id or name.' });
    const lines = shown.map((place) => lineAt(outline, place, () => decided.matched));
    return {
      message: push.message,
      source: push.source ?? null,
      revision: snapshot.revision,
      validation: { valid, ...findings, schema: schema ?? null },
      summary: summaryOf(findings, outline),
      total: outline.places.length,
      counts: outline.counts,
      mappings: await this.#views(snapshot, push, lines),
      next,
      ...previewRequests(snapshot, receivedOf(store, push), push.payload, valid ? lines : []),
    };
  }

  /** The router's own decision, with the identifiers as they are held now. */
  async #decide(snapshot: StoreSnapshot, push: Push): Promise<Decided> {
    const state = validatedState(snapshot.store, push);
    const root = messageRoot(PLACEHOLDER, state.received, push.parsed);
    const matched = matchMappings(root, snapshot.subscribed.get(push.message) ?? []);
    const holders = await this.#holders(matched);
    const decision = decideRouting(state, {
      matched,
      revision: snapshot.revision,
      deliveryOf: () => PLACEHOLDER,
      holderOf: ({ mapping }) => holders.get(mapping.id) ?? PLACEHOLDER,
    });
    if (decision.kind !== 'decided') throw new TypeError('A validated message was not decided.');
    return { outline: outlineRouting(decision.outcome, snapshot), matched };
  }

  async #holders({ candidates }: Matched): Promise<ReadonlyMap<string, string>> {
    const wanted = candidates.flatMap(({ mapping, identifier }) =>
      identifier === undefined ? [] : [{ mapping: mapping.id, key: identifier }],
    );
    if (wanted.length === 0) return new Map();
    const holders = await this.unitOfWork.run((tx) => this.identifiers.holders(tx, wanted));
    return new Map(
      wanted.flatMap(({ mapping }, index) => {
        const holder = holders[index];
        return holder === undefined ? [] : [[mapping, holder] as const];
      }),
    );
  }

  async #views(snapshot: StoreSnapshot, push: Push, lines: readonly KnownLine[]): Promise<readonly RoutingLineView[]> {
    const standings = await this.standings.of(
      lines.filter(({ code }) => code === 'duplicate_identifier'),
      snapshot,
    );
    const root = messageRoot(PLACEHOLDER, receivedOf(snapshot.store, push), push.parsed);
    const telling = { tense: 'future' as const, message: push.message, root, standing: (id: string) => standings.get(id)?.words };
    return lines.map((line) => {
      const view = routingLineView(line, telling, undefined);
      return line.code === 'sent' ? withoutDelivery(view) : { ...view, ...statesIn(line, standings) };
    });
  }
}

/** The delivery of a dry run has no id to show. */
const withoutDelivery = ({ message_id: _placeholder, ...view }: RoutingLineView): RoutingLineView => view;

function receivedOf(store: string, push: Push): MessageReceived {
  return {
    type: 'message.received',
    store,
    root: PLACEHOLDER,
    message: push.message,
    rootMessage: push.message,
    origin: 'push',
    ...(push.source === undefined ? {} : { source: push.source }),
    hops: 0,
    bytes: push.payload.length,
  };
}

function validatedState(store: string, push: Push): Extract<MessageState, { status: 'validated' }> {
  const received = receivedOf(store, push);
  const { root, message } = received;
  const state = foldMessage([
    { stream: PLACEHOLDER, version: 1, at: 0, event: received },
    { stream: PLACEHOLDER, version: 2, at: 0, event: { type: 'message.validated', store, root, message } },
  ]);
  if (state.status !== 'validated') throw new TypeError('A message could not be made up.');
  return state;
}

const MOST_ERRORS = 5;

function summaryOf({ errors }: PayloadFindings, outline: RoutingOutline): string {
  const routing = summarizeRouting(outline, 'future');
  if (errors.length === 0) return routing;
  const reasons = errors.map(({ pointer, reason }) => `${pointer === '' ? 'the payload' : pointer}: ${reason.replace(/\.$/, '')}`);
  return `Would be archived as invalid, and sent to nobody. ${listed(reasons, MOST_ERRORS, '')}. With that mended: ${routing.charAt(0).toLowerCase()}${routing.slice(1)}`;
}
