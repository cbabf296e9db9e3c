/** The candidate that takes the fewest changed letters to become; of equals the first. */
export function nearest<T extends string>(word: string, candidates: readonly [T, ...T[]]): T {
  return candidates.reduce((best, candidate) => (distance(word, candidate) < distance(word, best) ? candidate : best), candidates[0]);
}

/** How many letters must be added, left out or changed to make one word of the other. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const changed = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, changed));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
