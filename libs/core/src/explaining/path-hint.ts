import { startHint } from '../filter/explain.ts';
import { parsePath, readPath, walk, type ParsedPath, type PathSegment } from '../filter/path.ts';
import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { boundedText, previewText } from '../json/text.ts';

const MOST_NAMES = 5;
const MAX_NAME = 60;
/** Names of one object that are compared with the one that is missing. */
const MOST_COMPARED = 500;

/** Why a path finds nothing in this very message, and which path may have been meant. Empty where there is nothing to say. */
export function pathHint(text: string, root: JsonValue): string {
  const path = parsePath(text);
  if ('error' in path) return '';
  let value: JsonValue = root;
  for (const [index, segment] of path.segments.entries()) {
    const next = segment.every ? firstElement(value) : member(value, segment);
    if (next === undefined) return breakAt({ path, index, value, root });
    value = next;
  }
  return '';
}

interface Break {
  readonly path: ParsedPath;
  /** The segment that finds nothing, and what it was looked for in. */
  readonly index: number;
  readonly value: JsonValue;
  readonly root: JsonValue;
}

function breakAt(broken: Break): string {
  const { path, index, value, root } = broken;
  const segment = path.segments[index];
  if (segment === undefined) return '';
  if (index === 0) return outsideHint(path, root);
  const place = path.text.split('.').slice(0, index).join('.');
  if (typeof value !== 'object' || value === null) return `${place} is ${previewText(value, MAX_NAME)}: there is nothing in it.`;
  if (!isJsonObject(value)) return arrayHint(broken, place, value);
  const names = Object.keys(value);
  if (names.length === 0) return `${place} is empty.`;
  if (segment.every) return '';
  const similar = similarName(segment.key, names);
  if (similar === undefined) return `${place} has ${namesOf(names)}.`;
  const meant = [place, similar, ...path.text.split('.').slice(index + 1)].join('.');
  return `${place} has "${boundedText(similar, MAX_NAME)}": ${boundedText(meant)} perhaps?`;
}

/** The path begins with nothing that a message has. */
function outsideHint(path: ParsedPath, root: JsonValue): string {
  const payload = isJsonObject(root) ? root['payload'] : undefined;
  const inside = payload !== undefined && finds(path, payload);
  return inside ? `It is found in the payload: write payload.${path.text}.` : startHint(path.text);
}

const finds = (path: ParsedPath, value: JsonValue): boolean =>
  path.several ? walk(path, value).values.length > 0 : readPath(path, value) !== undefined;

function arrayHint({ path, index }: Break, place: string, elements: readonly JsonValue[]): string {
  const segment = path.segments[index];
  if (elements.length === 0) return `${place} is an empty array.`;
  if (segment === undefined || segment.every) return '';
  if (segment.index >= 0) return `${place} has ${elements.length} element${elements.length === 1 ? '' : 's'}, counted from 0.`;
  const meant = [place, '*', ...path.text.split('.').slice(index)].join('.');
  return `${place} is an array: write ${boundedText(meant)} for all of its elements.`;
}

function firstElement(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return isJsonObject(value) ? Object.values(value)[0] : value[0];
}

function member(value: JsonValue, segment: Extract<PathSegment, { every: false }>): JsonValue | undefined {
  return readPath({ text: segment.key, segments: [segment], several: false }, value);
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => boundedText(name, MAX_NAME));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : `only ${shown.join(', ')}`;
}

/** The name that was probably meant: the same but for case and separators, or with a slip or two. */
function similarName(wanted: string, names: readonly string[]): string | undefined {
  const plain = plainName(wanted);
  const most = wanted.length < 5 ? 1 : 2;
  let best: string | undefined;
  let least = most + 1;
  for (const name of names.slice(0, MOST_COMPARED)) {
    const distance = plainName(name) === plain ? 0 : slips(plain, plainName(name), least);
    if (distance >= least) continue;
    best = name;
    least = distance;
  }
  return best;
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

/** Letters to insert, remove or change between two names; `most` where there are as many or more. */
function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most || a.length > MAX_NAME) return most;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(most, row[b.length] ?? most);
}
