/** The text of an object's member as it stands in the JSON text, found without parsing; the last one of that name. */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined;
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = skip(text, at, /[\s,]/);
    if (text[at] === '}') return found;
    const nameEnd = endOfValue(text, at);
    const start = skip(text, text.indexOf(':', nameEnd) + 1, /\s/);
    const end = endOfValue(text, start);
    if (JSON.parse(text.slice(at, nameEnd)) === name) found = text.slice(start, end);
    at = end;
  }
}

/** The object's text with a member written behind its others. */
export function withLastMember(object: string, member: string): string {
  const inside = object.slice(0, object.lastIndexOf('}'));
  const members = inside.trimEnd();
  return members === '{' ? `{${member}}` : `${members},${member}${inside.slice(members.length)}}`;
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text.charAt(at))) at += 1;
  return at;
}

function endOfValue(text: string, from: number): number {
  const first = text.charAt(from);
  if (first === '"') return endOfString(text, from);
  return first === '{' || first === '[' ? endOfContainer(text, from) : skip(text, from, /[^\s,\]}]/);
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfContainer(text: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const character = text.charAt(at);
    if (/[{[]/.test(character)) depth += 1;
    if (/[}\]]/.test(character)) depth -= 1;
    at = character === '"' ? endOfString(text, at) : at + 1;
  } while (depth > 0);
  return at;
}
