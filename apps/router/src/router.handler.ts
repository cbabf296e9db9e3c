import { topics } from '@crossdock/contracts';
import {
  MOST_REASONS,
  childId,
  decideRouting,
  done,
  foldMessage,
  matchMappings,
  messageRoot,
  poison,
  type Candidate,
  type Clock,
  type EventLog,
  type Identifiers,
  type JsonValue,
  type LogRecord,
  type Matched,
  type MessageState,
  type NewEvent,
  type Received,
  type ReceivedMessages,
  type RecordOutcome,
  type Registry,
  type Sha256,
  type StoreSnapshot,
  type Transaction,
  type Versioned,
} from '@crossdock/core';
import { BatchPattern, CLOCK, EVENT_LOG, IDENTIFIERS, RECEIVED_MESSAGES, REGISTRY, SHA256 } from '@crossdock/kit';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { LineageCounts, LineageTally } from './lineage-counts.ts';
import { Pace } from './pace.ts';

/** Payloads that are in memory at once: of ordinary messages those of a whole batch, of large ones a few. */
const SLICE_BYTES = 16 * 1_048_576;
const FIRST_SLICE = 16;

/** A message and what its route depends on. */
interface Routee {
  readonly record: LogRecord;
  readonly message: Received;
  readonly snapshot: StoreSnapshot;
  /** All its events, where they had to be read. */
  readonly stream: readonly Versioned[] | undefined;
}

interface Routable {
  readonly record: LogRecord;
  readonly state: MessageState;
  readonly snapshot: StoreSnapshot;
  readonly matched: Matched;
  /** The delivery that each candidate would become: hashed once, asked for several times. */
  readonly deliveries: ReadonlyMap<Candidate, string>;
}

/** Sends each validated message to every mapping that wants it, and says why the others do not get it. */
@Controller()
export class RouterHandler {
  readonly lineages: LineageCounts = new LineageCounts();

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(SHA256) private readonly sha256: Sha256,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @BatchPattern(topics.validated)
  async onValidated(@Payload() records: readonly LogRecord[], @Ctx() tx: Transaction): Promise<readonly RecordOutcome[]> {
    const stores = [...new Set(records.map((record) => record.event.store))];
    const [snapshots, streams] = await Promise.all([
      this.registry.snapshots(stores, tx),
      tx.repeated
        ? this.log.load(
            records.map((record) => record.stream),
            tx,
          )
        : undefined,
    ]);
    const tally = new LineageTally(this.lineages);
    const pace = new Pace(() => this.registry.snapshots(stores, tx));
    const routable: Routable[] = [];
    const outcomes: RecordOutcome[] = [];
    for (let size = FIRST_SLICE; outcomes.length < records.length;) {
      const slice = records.slice(outcomes.length, outcomes.length + size);
      const received = await this.received.get(slice.map((record) => record.stream));
      for (const record of slice) {
        const message = received.get(record.stream);
        const snapshot = snapshots.get(record.event.store);
        if (message !== undefined && snapshot !== undefined) {
          routable.push(this.#match({ record, message, snapshot, stream: streams?.get(record.stream) }, tally));
        }
        outcomes.push(outcomeOf(record, message, snapshot));
        if (pace.isDue) await pace.rest();
      }
      size = sliceAfter(slice, received);
    }
    const holders = await this.#claim(tx, routable);
    const events = routable.flatMap((item) => this.#decide(item, holders));
    const [first] = records;
    if (first !== undefined) await this.log.append(tx, first.shard, events);
    tx.onCommit(() => tally.keep());
    return outcomes;
  }

  #match({ record, message, snapshot, stream }: Routee, tally: LineageTally): Routable {
    const { root: lineage, hops, trail, message: type } = message.event;
    const state = stateOf(record, message, stream);
    const passage = { hops, ...(trail === undefined ? {} : { trail }), deliveries: tally.of(lineage) };
    const root = messageRoot(record.stream, message.event, message.parsed() as JsonValue);
    const matched = matchMappings(root, snapshot.subscribed.get(type) ?? [], passage, MOST_REASONS);
    if (hops > 0 && state.status === 'validated') tally.add(lineage, matched.candidates.length);
    const deliveries = new Map(matched.candidates.map((candidate) => [candidate, this.#deliveryOf(record.stream, candidate)]));
    return { record, state, snapshot, matched, deliveries };
  }

  #decide({ record, state, snapshot, matched, deliveries }: Routable, holders: ReadonlyMap<string, string>): readonly NewEvent[] {
    const deliveryOf = (candidate: Candidate): string => idIn(deliveries, candidate);
    const decision = decideRouting(state, {
      matched,
      revision: snapshot.revision,
      deliveryOf,
      holderOf: (candidate) => holders.get(deliveryOf(candidate)) ?? deliveryOf(candidate),
    });
    if (decision.kind === 'ignored') return [];
    const at = this.now();
    return [
      { stream: record.stream, version: state.version + 1, at, event: decision.outcome },
      ...decision.deliveries.map(({ id, accepted }) => ({ stream: id, version: 1, at, event: accepted })),
    ];
  }

  #deliveryOf(message: string, candidate: Candidate): string {
    return childId(this.sha256, { kind: 'delivery', parent: message, key: candidate.mapping.id });
  }

  /** Who holds the identifying values that these messages would need: delivery wanted → delivery that holds them. */
  async #claim(tx: Transaction, routable: readonly Routable[]): Promise<ReadonlyMap<string, string>> {
    const claims = routable
      .filter(({ state }) => state.status === 'validated')
      .flatMap(({ matched, deliveries }) =>
        matched.candidates.flatMap((candidate) =>
          candidate.identifier === undefined
            ? []
            : [{ mapping: candidate.mapping.id, key: candidate.identifier, delivery: idIn(deliveries, candidate) }],
        ),
      );
    if (claims.length === 0) return new Map();
    const holders = await this.identifiers.claim(tx, claims);
    return new Map(claims.map((claim, index) => [claim.delivery, holders[index] ?? claim.delivery]));
  }
}

function outcomeOf(record: LogRecord, message: Received | undefined, snapshot: StoreSnapshot | undefined): RecordOutcome {
  if (message === undefined) return poison('The log has no payload for this message.');
  return snapshot === undefined ? poison(`There is no store ${record.event.store}.`) : done;
}

/** How many records to take next, by how large the last ones were. */
function sliceAfter(slice: readonly LogRecord[], received: ReadonlyMap<string, Received>): number {
  let bytes = 0;
  for (const { event } of received.values()) bytes += event.bytes;
  return Math.max(1, Math.floor((SLICE_BYTES * slice.length) / Math.max(1, bytes)));
}

function idIn(deliveries: ReadonlyMap<Candidate, string>, candidate: Candidate): string {
  const id = deliveries.get(candidate);
  if (id === undefined) throw new TypeError(`Mapping ${candidate.mapping.id} is no candidate.`);
  return id;
}

/** The record's event follows the first one, unless somebody was faster. */
function stateOf(record: LogRecord, message: Received, stream: readonly Versioned[] | undefined): MessageState {
  const received: Versioned = { stream: record.stream, version: 1, at: message.at, event: message.event };
  return foldMessage(stream ?? [received, record]);
}
