import type { Unit } from './show.ts';
import type { TargetId } from './targets.ts';

/** One figure of a run. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** What it is measured against. */
  readonly target?: TargetId;
  /** Reaches its target in another way than by the number: the remark says how. */
  readonly reached?: true;
  /** What it needs to be read right, in a few words. */
  readonly remark?: string;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly figures: readonly Figure[];
  /** Lines below the table: what else is worth knowing. */
  readonly notes: readonly string[];
  /** Everything, for whoever reads the JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}
