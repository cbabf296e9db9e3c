/** What is known when a step is made: the store, the run's suffix, what earlier answers held. */
export type Known = ReadonlyMap<string, unknown>;

const PLACE = /<([a-z_]+)>/g;

/** Names that a value's texts ask for. */
export function placesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACE)].map(([, name = '']) => name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [...placesIn(name), ...placesIn(member)]);
}

/**
 * The value with every `<name>` replaced. A text that is nothing but one place becomes the known value itself, whatever its kind; one
 * that holds more becomes a text.
 */
export function fill<T>(value: T, known: Known): T {
  return filled(value, known) as T;
}

function filled(value: unknown, known: Known): unknown {
  if (typeof value === 'string') return filledText(value, known);
  if (Array.isArray(value)) return value.map((element) => filled(element, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [String(filledText(name, known)), filled(member, known)]));
}

function filledText(text: string, known: Known): unknown {
  const whole = /^<([a-z_]+)>$/.exec(text)?.[1];
  if (whole !== undefined) return valueOf(whole, known);
  return text.replaceAll(PLACE, (_, name: string) => String(valueOf(name, known)));
}

function valueOf(name: string, known: Known): unknown {
  if (!known.has(name)) throw new TypeError(`Nothing is known of <${name}>.`);
  return known.get(name);
}
