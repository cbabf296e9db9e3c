import type { ItemRow } from './item.ts';

/** Rows as they are stored, the least recently written ones dropped first. */
export class RowCache {
  readonly #most: number;
  readonly #rows = new Map<string, ItemRow>();

  constructor(most: number) {
    this.#most = most;
  }

  get(id: string): ItemRow | undefined {
    return this.#rows.get(id);
  }

  set(row: ItemRow): void {
    this.#rows.delete(row.id);
    this.#rows.set(row.id, row);
    if (this.#rows.size <= this.#most) return;
    for (const oldest of this.#rows.keys()) {
      this.#rows.delete(oldest);
      return;
    }
  }

  delete(id: string): void {
    this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}
