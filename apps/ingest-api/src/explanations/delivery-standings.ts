import {
  explainStanding,
  foldDelivery,
  type DueDeliveries,
  type EventLog,
  type KnownLine,
  type Mapping,
  type StoreSnapshot,
} from '@crossdock/core';
import { DUE_DELIVERIES, EVENT_LOG } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { shownState } from '../messages/render-story.ts';

/** How a delivery stands: its state as the API writes it, and in words. */
export interface StandingNow {
  readonly state: string;
  readonly words: string;
}

export type Standings = ReadonlyMap<string, StandingNow>;

/** How the deliveries that lines name stand now: from the log, exact at once. */
@Injectable()
export class DeliveryStandings {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(DUE_DELIVERIES) private readonly due: DueDeliveries,
  ) {}

  /** @param current what the store has configured now: deliveries wait for mappings that are paused or disabled */
  async of(lines: readonly KnownLine[], current: StoreSnapshot | undefined): Promise<Standings> {
    const ids = [...new Set(lines.flatMap((line) => deliveryIn(line) ?? []))];
    const [streams, running] = await Promise.all([this.log.load(ids), this.due.running(ids)]);
    const standings = new Map<string, StandingNow>();
    for (const id of ids) {
      const state = foldDelivery(streams.get(id) ?? []);
      if (state.status === 'unknown') continue;
      const attempt = running.get(id)?.attempt;
      const held = heldBy(current?.mappings.get(state.accepted.mapping));
      const words = explainStanding({ state, running: attempt, held, timeText: (at) => new Date(at).toISOString() });
      standings.set(id, { state: attempt === undefined ? shownState(state.status) : 'running', words });
    }
    return standings;
  }
}

/** The states of the deliveries that a line names, as its view has them. */
export function statesIn(line: KnownLine, standings: Standings): Readonly<Record<string, string | null>> {
  const id = deliveryIn(line);
  if (id === undefined) return {};
  return { [line.code === 'sent' ? 'state' : 'earlier_state']: standings.get(id)?.state ?? null };
}

function deliveryIn(line: KnownLine): string | undefined {
  if (line.code === 'sent') return line.delivery;
  return line.code === 'duplicate_identifier' ? line.earlier : undefined;
}

function heldBy(mapping: Mapping | undefined): 'paused' | 'disabled' | undefined {
  if (mapping === undefined) return undefined;
  if (!mapping.enabled) return 'disabled';
  return mapping.paused ? 'paused' : undefined;
}
