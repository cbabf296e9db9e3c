import type { FilterReason } from '../filter/matches.ts';

/** One mapping that the message was sent to. */
export interface RoutedTo {
  readonly mapping: string;
  /** The store's revision that made the mapping what it was. Older logs lack it. */
  readonly revision?: number;
  readonly name: string;
  readonly delivery: string;
  /** The mapping is paused: its delivery waits until it is resumed. */
  readonly remark?: 'mapping_paused';
}

/** The mapping that did not get the message. */
interface NotSent {
  readonly mapping: string;
  /** The store's revision that made the mapping what it was. Older logs lack it. */
  readonly revision?: number;
  readonly name: string;
}

/** Why a mapping that is subscribed to the type did not get the message. */
export type RoutingReason =
  | (NotSent & { readonly code: 'filter_failed' | 'path_missing' | 'error'; readonly filter: FilterReason })
  | (NotSent & { readonly code: 'mapping_disabled' })
  | (NotSent & {
      readonly code: 'duplicate_identifier';
      /** The identifying values, bounded. */
      readonly identifier: string;
      /** The delivery that holds them. */
      readonly earlier: string;
    })
  | (NotSent & LoopFinding & { readonly code: 'loop_guard' });

/** What makes a lineage look like a loop. */
export type LoopFinding =
  | {
      /** The mapping handled messages of this lineage, each made from the one before, so often. */
      readonly guard: 'mapping';
      readonly count: number;
      /** The hop at which it did so first that is remembered; 0 is what was pushed. */
      readonly firstHop: number;
    }
  | {
      /** The whole lineage has had so many deliveries of answers' messages. */
      readonly guard: 'lineage';
      readonly count: number;
    };
