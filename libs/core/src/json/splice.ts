import type { MemberSpan, ScannedObject } from './spans.ts';
import { encodeUtf8 } from './utf8.ts';

/** A member's name, ready to be written. Make it once, use it often. */
export interface MemberName {
  readonly key: string;
  /** `"name":` */
  readonly bytes: Uint8Array;
}

const OPEN = encodeUtf8('{');
const CLOSE = encodeUtf8('}');
const COMMA = encodeUtf8(',');

export function memberName(key: string): MemberName {
  return { key, bytes: encodeUtf8(`${JSON.stringify(key)}:`) };
}

/**
 * The object with that member set to `value` (JSON text): in its place where the object has it, else as its last member.
 * Every other byte stays as it is. The answer is a list of parts to be written one after another; most are views of `bytes`.
 */
export function setMember(bytes: Uint8Array, object: ScannedObject, name: MemberName, value: Uint8Array): Uint8Array[] {
  const places = object.members.filter((member) => member.key === name.key);
  if (places.length === 0) return appendMember(bytes, object, name, value);
  const parts: Uint8Array[] = [];
  let from = object.start;
  for (const place of places) {
    parts.push(bytes.subarray(from, place.valueStart), value);
    from = place.valueEnd;
  }
  parts.push(bytes.subarray(from, object.end));
  return parts;
}

/**
 * The object with that member as its last one, set to `value` (JSON text), and nowhere else: members of the same name are cut
 * out. The other members stay byte for byte. Parts as in `setMember`.
 */
export function putLastMember(bytes: Uint8Array, object: ScannedObject, name: MemberName, value: Uint8Array): Uint8Array[] {
  const { members } = object;
  if (!members.some((member) => member.key === name.key)) return appendMember(bytes, object, name, value);
  const parts: Uint8Array[] = [OPEN];
  for (const run of runsWithout(members, name.key)) parts.push(bytes.subarray(run.from, run.to), COMMA);
  parts.push(name.bytes, value, CLOSE);
  return parts;
}

function appendMember(bytes: Uint8Array, object: ScannedObject, name: MemberName, value: Uint8Array): Uint8Array[] {
  const last = object.members.at(-1);
  if (last === undefined) return [OPEN, name.bytes, value, CLOSE];
  return [bytes.subarray(object.start, last.valueEnd), COMMA, name.bytes, value, bytes.subarray(last.valueEnd, object.end)];
}

/** Stretches of neighbouring members that have another name. */
function runsWithout(members: readonly MemberSpan[], key: string): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  let open: { from: number; to: number } | undefined;
  for (const member of members) {
    if (member.key === key) {
      open = undefined;
    } else if (open === undefined) {
      open = { from: member.keyStart, to: member.valueEnd };
      runs.push(open);
    } else {
      open.to = member.valueEnd;
    }
  }
  return runs;
}
