import { boundedText } from '@crossdock/core';
import type { Findings, Place } from './findings.ts';

const NAME = /^[a-z0-9][a-z0-9_-]*$/;
/** Names are shorter by far; what stands beyond is not looked at. */
const MAX_LOOKED_AT = 256;

/** Text for people: one that is too long is cut, numbers are texts too. '' where there is none. */
export function readText(place: Place | undefined, max: number, findings: Findings): string {
  if (place === undefined) return '';
  const { value, pointer } = place;
  if (typeof value === 'object') {
    findings.warning(pointer, 'This is not a text, and left out.', 'Write a text.');
    return '';
  }
  const text = String(value).trim();
  if (text.length > max) {
    findings.warning(pointer, `The text has ${text.length} characters; all beyond ${max} are left out.`, 'Write a shorter text.');
  }
  return boundedText(text, max);
}

/** `undefined` where nothing is said. */
export function readFlag(place: Place | undefined, findings: Findings): boolean | undefined {
  if (place === undefined) return undefined;
  const { value, pointer } = place;
  if (typeof value === 'boolean') return value;
  const meant = value === 'true' || value === 1 ? true : value === 'false' || value === 0 ? false : undefined;
  const reason = meant === undefined ? 'This is neither true nor false, and left out.' : `This is read as ${meant}.`;
  findings.warning(pointer, reason, 'Write true or false, without quotes.');
  return meant;
}

/** Lower case letters, digits, `-` and `_`: what else a name may be written with becomes that. '' where nothing is left. */
export function plainName(text: string): string {
  if (NAME.test(text)) return text;
  return text
    .slice(0, MAX_LOOKED_AT)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '_')
    .replaceAll(/^[_-]+|_+$/g, '');
}
