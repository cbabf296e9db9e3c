import { typeAliases } from '@crossdock/contracts';
import {
  concludeTrial,
  MappingTrial,
  messageRoot,
  trialHints,
  type Clock,
  type JsonObject,
  type JsonValue,
  type Mapping,
  type MappingStore,
  type MappingView,
  type QueueLists,
  type Received,
  type ReceivedMessages,
  type Registry,
  type Sha256,
  type TrialConclusion,
  type TrialMessage,
  type TriedMessage,
} from '@crossdock/core';
import { CLOCK, MAPPING_STORE, QUEUE_LISTS, RECEIVED_MESSAGES, REGISTRY, SHA256, Turn } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { HttpError, refusal } from '../http/http-error.ts';
import { notFound, type Subject } from '../http/outcome.ts';
import { MOST_MS, visitNewest, type StopSentences } from '../messages/newest-received.ts';
import type { MappingTestDto } from './mapping-test.dto.ts';
import { missingParameters } from './request-preview.ts';
import { filterTallyView, testedMessageView, type MappingTestView } from './mapping-test-view.ts';

const subject: Subject = { noun: 'mapping', invalid: 'mapping_invalid', notFound: 'mapping_not_found' };

/** Messages that are tested unless it is said how many. */
const DEFAULT_LAST = 100;

interface Trials {
  readonly draft: MappingTrial;
  readonly saved: MappingTrial | undefined;
  readonly types: ReadonlySet<string>;
}

/** Messages that were judged, the oldest first, and why there are not more. */
interface Tried {
  readonly messages: readonly TriedMessage[];
  /** When those that came in did so, by id. */
  readonly createdAt: ReadonlyMap<string, number>;
  readonly stopped: string | undefined;
}

/** What a mapping would do with messages, before it is saved. */
@Injectable()
export class MappingTests {
  constructor(
    @Inject(MAPPING_STORE) private readonly mappings: MappingStore,
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(QUEUE_LISTS) private readonly lists: QueueLists,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(SHA256) private readonly sha256: Sha256,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async run(store: string, { mapping, messages, last }: MappingTestDto): Promise<MappingTestView> {
    if (messages !== undefined && last !== undefined)
      throw new HttpError('mapping_test_invalid', { detail: 'Both `messages` and `last` are given: choose one.', field: 'last' });
    const { draft, view } = await this.#drafted(store, mapping);
    const snapshot = (await this.registry.snapshots([store])).get(store);
    const saved = view === undefined ? undefined : snapshot?.mappings.get(view.id);
    const trials = this.#trials(draft, saved);
    const tried =
      messages === undefined ? await this.#tryLast(store, trials, last ?? DEFAULT_LAST) : await this.#tryGiven(store, trials, messages);
    const conclusion = concludeTrial(trials.draft, trials.saved, tried.messages);
    return {
      summary: summaryOf(conclusion, tried, draft),
      saved: view === undefined ? null : { id: view.id, name: view.name, revision: view.revision, sent: conclusion.savedSent ?? 0 },
      tested: tried.messages.length,
      sent: conclusion.sent,
      newly: view === undefined ? null : conclusion.newly,
      no_longer: view === undefined ? null : conclusion.noLonger,
      stopped: tried.stopped ?? null,
      hints: [...trialHints(trials.draft, conclusion), ...missingParameters(draft, snapshot)],
      filters: trials.draft.filters.map(filterTallyView),
      messages: conclusion.lines.map((line) => testedMessageView(line, tried.createdAt.get(line.id))),
    };
  }

  /** The mapping as saving would make it. With an `id`, what is not given stays as it is saved. */
  async #drafted(store: string, input: JsonObject): Promise<{ readonly draft: Mapping; readonly view: MappingView | undefined }> {
    const id = input['id'] ?? undefined;
    if (id !== undefined && typeof id !== 'string') throw notFound(subject);
    const drafted = await this.mappings.draft(store, input, id);
    if (drafted.kind === 'unknown') throw notFound(subject);
    if (drafted.kind === 'refused') throw refusal(subject.invalid, drafted.problems);
    return { draft: drafted.draft, view: drafted.saved };
  }

  #trials(draft: Mapping, saved: Mapping | undefined): Trials {
    const types = namesOfTypes(draft);
    const savedTypes = saved === undefined ? new Set<string>() : namesOfTypes(saved);
    return {
      draft: new MappingTrial(draft, types, this.sha256),
      saved: saved === undefined ? undefined : new MappingTrial(saved, savedTypes, this.sha256),
      types: new Set([...types, ...savedTypes]),
    };
  }

  async #tryLast(store: string, trials: Trials, last: number): Promise<Tried> {
    const createdAt = new Map<string, number>();
    const messages: TriedMessage[] = [];
    const wanted = { store, types: [...trials.types], last, which: 'routable' } as const;
    const parts = { lists: this.lists, received: this.received, now: this.now };
    const visit = (id: string, received: Received, at: number): void => {
      const { event } = received;
      createdAt.set(id, at);
      messages.push(judge(trials, { id, type: event.message, root: messageRoot(id, event, received.parsed() as JsonValue) }));
    };
    const { stopped } = await visitNewest(parts, wanted, visit, stopSentences);
    return { messages: messages.reverse(), createdAt, stopped };
  }

  /** Now and then lets others have the event loop. */
  async #tryGiven(store: string, trials: Trials, given: NonNullable<MappingTestDto['messages']>): Promise<Tried> {
    const end = this.now() + MOST_MS;
    const turn = new Turn();
    const messages: TriedMessage[] = [];
    for (const [index, { message, payload, source }] of given.entries()) {
      if (turn.isOver) await turn.next();
      if (this.now() > end) return { messages, createdAt: new Map(), stopped: stopSentences.time(messages.length, MOST_MS) };
      const facts = { message, store, ...(source === undefined ? {} : { source }) };
      messages.push(judge(trials, { id: String(index), type: message, root: messageRoot('', facts, payload ?? {}) }));
    }
    return { messages, createdAt: new Map(), stopped: undefined };
  }
}

function judge({ draft, saved }: Trials, message: TrialMessage): TriedMessage {
  const { id, type } = message;
  return { message: { id, type }, draft: draft.judge(message), saved: saved?.judge(message) };
}

const stopSentences: StopSentences = {
  bytes: (count, most) => `The newest ${count} messages were tested: their payloads have ${most} bytes already.`,
  time: (count, mostMs) => `${count} messages were tested: that took ${mostMs} ms already.`,
  searched: 'Only the newest messages of the store were searched for these types: there may be older ones.',
};

/** Every name of the types that the mapping wants. */
const namesOfTypes = ({ messages }: Mapping): ReadonlySet<string> => new Set(messages.flatMap((type) => [type, ...typeAliases(type)]));

/** `37 of the last 100 messages would be sent: 12 newly, 3 no longer; the saved version sends 28.` */
function summaryOf({ sent, passing, savedSent, newly, noLonger }: TrialConclusion, { messages, createdAt }: Tried, draft: Mapping): string {
  const n = messages.length;
  if (n === 0)
    return `There are no messages to test with: none of ${draft.messages.join(', ') || 'no type'} has come in. Give some in \`messages\`.`;
  const which = createdAt.size === 0 ? 'given' : 'last';
  const compared = savedSent === undefined ? '' : `: ${newly} newly, ${noLonger} no longer; the saved version sends ${savedSent}`;
  const disabled = draft.enabled ? '' : ` The mapping is disabled: enabled, it would get ${passing}.`;
  return `${sentOf(sent, n, which)}${compared}.${disabled}`;
}

function sentOf(sent: number, n: number, which: 'given' | 'last'): string {
  if (n === 1) return `The ${which} message would ${sent === 1 ? '' : 'not '}be sent`;
  return `${sent} of the ${which === 'given' ? `${n} given` : `last ${n}`} messages would be sent`;
}
