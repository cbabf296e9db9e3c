/** What a series of durations comes to, ms. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** The nearest-rank quantile of ascending values: a value that did occur. NaN of none. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  const rank = Math.ceil(q * ascending.length);
  return ascending[Math.min(Math.max(rank, 1), ascending.length) - 1] ?? Number.NaN;
}

export function spreadOf(values: Iterable<number>): Spread {
  const ascending = Float64Array.from(values).sort();
  let sum = 0;
  for (const value of ascending) sum += value;
  return {
    count: ascending.length,
    mean: sum / ascending.length,
    p50: quantile(ascending, 0.5),
    p90: quantile(ascending, 0.9),
    p99: quantile(ascending, 0.99),
    max: quantile(ascending, 1),
  };
}

/** The middle value, or the mean of the middle two. NaN of none. */
export function median(values: Iterable<number>): number {
  const ascending = Float64Array.from(values).sort();
  const middle = ascending.length / 2;
  return ((ascending[Math.ceil(middle) - 1] ?? Number.NaN) + (ascending[Math.floor(middle)] ?? Number.NaN)) / 2;
}
