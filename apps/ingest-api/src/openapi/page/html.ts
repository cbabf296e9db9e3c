/** Text that is HTML already. Made by `html` and `joined` only, so that nothing else gets into a page unescaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | number | string | undefined | readonly Html[];

const isList = (part: Part): part is readonly Html[] => Array.isArray(part);

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);

/** A template of HTML: what is put in is escaped, unless it is HTML itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.reduce((before, text, index) => before + rendered(parts[index - 1]) + text));
}

function rendered(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  return isList(part) ? part.map(({ text }) => text).join('') : escaped(String(part));
}

/** Pieces with something between them. */
export function joined(pieces: readonly Html[], between: string): Html {
  return new Html(pieces.map(({ text }) => text).join(escaped(between)));
}
