import { checkPayload, topics } from '@crossdock/contracts';
import {
  decideValidation,
  done,
  foldMessage,
  poison,
  unknownMessage,
  type Clock,
  type EventLog,
  type LogRecord,
  type MessageState,
  type NewEvent,
  type ReceivedMessages,
  type RecordOutcome,
  type Transaction,
  type Versioned,
} from '@crossdock/core';
import { BatchPattern, CLOCK, EVENT_LOG, RECEIVED_MESSAGES } from '@crossdock/kit';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';

/** Checks what came in. Every message leaves as validated or invalid, with findings. */
@Controller()
export class ValidatorHandler {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @BatchPattern(topics.received)
  async onReceived(@Payload() records: readonly LogRecord[], @Ctx() tx: Transaction): Promise<readonly RecordOutcome[]> {
    const received = await this.received.get(records.map((record) => record.stream));
    const states = await this.#states(records, tx);
    const events: NewEvent[] = [];
    const outcomes = records.map((record): RecordOutcome => {
      const message = received.get(record.stream);
      if (message === undefined) return poison('The log has no payload for this message.');
      const state = states.get(record.stream) ?? unknownMessage;
      const decision = decideValidation(state, checkPayload(message.event.message, message.parsed()));
      if (decision.kind === 'decided')
        events.push({ stream: record.stream, version: state.version + 1, at: this.now(), event: decision.event });
      return done;
    });
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
