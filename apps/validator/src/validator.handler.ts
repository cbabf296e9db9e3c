import { checkPayload, topics } from '@crossdock/contracts';
import {
  checkMessage,
  decideValidation,
  done,
  foldMessage,
  poison,
  unknownMessage,
  type CheckedMessage,
  type Clock,
  type EventLog,
  type LogRecord,
  type MessageState,
  type NewEvent,
  type Received,
  type ReceivedMessages,
  type RecordOutcome,
  type Registry,
  type StoreSnapshot,
  type Transaction,
  type Versioned,
} from '@crossdock/core';
import { BatchPattern, CLOCK, EVENT_LOG, RECEIVED_MESSAGES, REGISTRY, Turn } from '@crossdock/kit';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { SchemasInUse } from './schemas-in-use.ts';

/** Checks what came in, by the rules of its type and by the store's own schema. Every message leaves as validated or invalid, with findings. */
@Controller()
export class ValidatorHandler {
  readonly #schemas: SchemasInUse;

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(REGISTRY) registry: Registry,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.#schemas = new SchemasInUse(registry, now);
  }

  @BatchPattern(topics.received)
  async onReceived(@Payload() records: readonly LogRecord[], @Ctx() tx: Transaction): Promise<readonly RecordOutcome[]> {
    const [received, schemas, states] = await Promise.all([
      this.received.get(records.map((record) => record.stream)),
      this.#schemas.of([...new Set(records.map((record) => record.event.store))], tx),
      this.#states(records, tx),
    ]);
    const events: NewEvent[] = [];
    const outcomes: RecordOutcome[] = [];
    // A check may take milliseconds, and a batch has many.
    const turn = new Turn();
    for (const record of records) {
      if (turn.isOver) await turn.next();
      const message = received.get(record.stream);
      if (message === undefined) {
        outcomes.push(poison('The log has no payload for this message.'));
        continue;
      }
      const state = states.get(record.stream) ?? unknownMessage;
      const decision = decideValidation(state, check(message, schemas.get(record.event.store)));
      if (decision.kind === 'decided')
        events.push({ stream: record.stream, version: state.version + 1, at: this.now(), event: decision.event });
      outcomes.push(done);
    }
    const [first] = records;
    if (first !== undefined) await this.log.append(tx, first.shard, events);
    return outcomes;
  }

  /** A record's own event is the whole stream so far, unless somebody was faster. */
  async #states(records: readonly LogRecord[], tx: Transaction): Promise<ReadonlyMap<string, MessageState>> {
    const streams = tx.repeated
      ? await this.log.load(
          records.map((record) => record.stream),
          tx,
        )
      : undefined;
    return new Map(
      records.map((record) => {
        const events: readonly Versioned[] = streams?.get(record.stream) ?? [record];
        return [record.stream, foldMessage(events)];
      }),
    );
  }
}

function check(received: Received, schemas: StoreSnapshot['schemas'] | undefined): CheckedMessage {
  const { message } = received.event;
  const payload = received.parsed();
  return checkMessage(checkPayload(message, payload), schemas?.get(message), payload, received.payload.length);
}
