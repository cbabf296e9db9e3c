import type { CheckRun } from './check-run.ts';

/** Which members and items of a value the keywords of a schema have looked at. */
export class Evaluated {
  readonly names = new Set<string>();
  readonly indices = new Set<number>();
  allItems = false;

  add(other: Evaluated, run: CheckRun): void {
    run.spend(other.names.size + other.indices.size);
    for (const name of other.names) this.names.add(name);
    for (const index of other.indices) this.indices.add(index);
    this.allItems ||= other.allItems;
  }
}
