import type { RoutingReason } from './routing-reason.ts';

/** Reasons stored with a decision; further ones are counted per code. */
export const MOST_REASONS = 100;

/** Reasons up to a number, and beyond it how many there are of each code. */
export class ReasonList {
  readonly #most: number;
  readonly #reasons: RoutingReason[] = [];
  #more: Record<string, number> | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(reason: RoutingReason): void {
    if (this.#reasons.length < this.#most) this.#reasons.push(reason);
    else this.count(reason.code, 1);
  }

  /** Reasons that are not at hand any more. */
  count(code: string, by: number): void {
    this.#more ??= {};
    this.#more[code] = (this.#more[code] ?? 0) + by;
  }

  /** As decisions store them. */
  facts(): { readonly reasons: readonly RoutingReason[]; readonly more?: Readonly<Record<string, number>> } {
    return { reasons: this.#reasons, ...(this.#more === undefined ? {} : { more: this.#more }) };
  }
}
