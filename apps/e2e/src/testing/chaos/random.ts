/** Numbers from [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A number from [0, 1) for a text, always the same. */
export function drawOf(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return seeded(hash)();
}

/** The seed of this run: CROSSDOCK_CHAOS_SEED to repeat one. */
export function chosenSeed(): number {
  return Number(process.env['CROSSDOCK_CHAOS_SEED'] ?? Date.now() % 1_000_000);
}

/** How often to kill: CROSSDOCK_CHAOS_CYCLES where that is set. */
export function chosenCycles(otherwise: number): number {
  return Number(process.env['CROSSDOCK_CHAOS_CYCLES'] ?? otherwise);
}
