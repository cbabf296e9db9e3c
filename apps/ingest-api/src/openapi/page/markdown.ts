import { Html, html } from './html.ts';

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** A line of the Markdown that our descriptions use: code, bold and links. */
export function inline(text: string): Html {
  const pieces: Html[] = [];
  let end = 0;
  for (const { index, 0: whole, 1: code, 2: bold, 3: label, 4: link } of text.matchAll(INLINE)) {
    pieces.push(html`${text.slice(end, index)}`);
    if (code !== undefined) pieces.push(html`<code>${code}</code>`);
    else if (bold !== undefined) pieces.push(html`<strong>${bold}</strong>`);
    else pieces.push(html`<a href="${link}">${label}</a>`);
    end = index + whole.length;
  }
  return new Html([...pieces, html`${text.slice(end)}`].map((piece) => piece.text).join(''));
}

/** Paragraphs and lists. */
export function markdown(text: string): readonly Html[] {
  return text.split('\n\n').map((block) => {
    const lines = block.split('\n');
    if (!lines.every((line) => line.startsWith('- '))) return html`<p>${inline(block)}</p>`;
    return html`<ul>
      ${lines.map((line) => html`<li>${inline(line.slice(2))}</li>`)}
    </ul>`;
  });
}
