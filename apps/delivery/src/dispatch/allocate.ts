export interface Hungry {
  readonly endpoint: number;
  readonly store: string;
  /** Slots that the endpoint has free. */
  readonly free: number;
}

/** Slots that one endpoint gets in one round. */
const PORTION = 4;

/**
 * Deals free slots to endpoints that have something due: stores take turns, and so do the endpoints of a store, so that no
 * store gets more for having more endpoints or a longer backlog.
 */
export function allocate(hungry: readonly Hungry[], total: number): readonly { readonly endpoint: number; readonly limit: number }[] {
  const stores = new Map<string, Hungry[]>();
  for (const entry of hungry) {
    if (entry.free <= 0) continue;
    const queue = stores.get(entry.store);
    if (queue === undefined) stores.set(entry.store, [entry]);
    else queue.push(entry);
  }
  const dealt = new Map<number, number>();
  let left = total;
  while (left > 0 && stores.size > 0) {
    for (const [store, queue] of stores) {
      const entry = queue.shift();
      if (entry === undefined || left <= 0) {
        stores.delete(store);
        continue;
      }
      const portion = Math.min(PORTION, entry.free, left);
      dealt.set(entry.endpoint, (dealt.get(entry.endpoint) ?? 0) + portion);
      left -= portion;
      if (entry.free > portion) queue.push({ ...entry, free: entry.free - portion });
    }
  }
  return [...dealt].map(([endpoint, limit]) => ({ endpoint, limit }));
}
