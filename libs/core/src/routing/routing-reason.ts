import type { FilterReason } from '../filter/matches.ts';

/** One mapping that the message was sent to. */
export interface RoutedTo {
  readonly mapping: string;
  readonly name: string;
  readonly delivery: string;
  /** The mapping is paused: its delivery waits until it is resumed. */
  readonly remark?: 'mapping_paused';
}

/** Why a mapping that is subscribed to the type did not get the message. */
export type RoutingReason =
  | {
      readonly code: 'filter_failed' | 'path_missing' | 'error';
      readonly mapping: string;
      readonly name: string;
      readonly filter: FilterReason;
    }
  | { readonly code: 'mapping_disabled'; readonly mapping: string; readonly name: string }
  | {
      readonly code: 'duplicate_identifier';
      readonly mapping: string;
      readonly name: string;
      /** The identifying values, bounded. */
      readonly identifier: string;
      /** The delivery that holds them. */
      readonly earlier: string;
    };
