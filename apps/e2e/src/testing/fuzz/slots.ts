/**
 * What is put into requests only when they are sent: requests are generated from a seed, and what a hub has made since is not known
 * then. A slot stands in a text as `⟦kind name number⟧`; of JSON texts, `⟦json number⟧` takes its quotes with it.
 */
export type Slot = `⟦${string}⟧`;

/** An id of a collection, such as `mappings`; `*` is any. */
export const idSlot = (collection: string, number: number): Slot => `⟦id ${collection} ${number}⟧`;
/** Where a list of an operation goes on. */
export const cursorSlot = (operation: string, number: number): Slot => `⟦next ${operation} ${number}⟧`;
/** The ETag of what is asked for; a header's whole value. */
export const etagSlot: Slot = '⟦etag⟧';
export const storeSlot = (which: 'other' | 'own'): Slot => `⟦store ${which} 0⟧`;
/** A text of JSON that no value is written as. */
export const jsonSlot = (number: number): Slot => `⟦json * ${number}⟧`;

const SLOT = /⟦(\w+) (\S+) (\d+)⟧/g;
const JSON_SLOT = /"⟦json \* (\d+)⟧"/g;

/** The text with its slots filled. */
export function filled(text: string, fill: (kind: string, name: string, number: number) => string): string {
  if (!text.includes('⟦')) return text;
  const withJson = text.replaceAll(JSON_SLOT, (_, number: string) => fill('json', '*', Number(number)));
  return withJson.replaceAll(SLOT, (_, kind: string, name: string, number: string) => fill(kind, name, Number(number)));
}
