import type { JsonValue } from '@crossdock/core';
import { checkedKeywords } from '../schema-keywords.ts';
import type { SchemaNode } from '../schema-node.ts';
import { textOf } from './premises.ts';

/** Whether two schemas say the same in the same words; what is for people only does not count. */
export class Identity {
  readonly #different = new Set<string>();
  readonly #numbers = new Map<SchemaNode, number>();

  holds(a: SchemaNode, b: SchemaNode): boolean {
    return this.#same(a, b, new Set());
  }

  /** Pairs that are being compared count as identical: a difference would show elsewhere. */
  #same(a: SchemaNode, b: SchemaNode, assumed: Set<string>): boolean {
    if (a === b) return true;
    const pair = `${this.#numberOf(a)} ${this.#numberOf(b)}`;
    if (this.#different.has(pair)) return false;
    if (assumed.has(pair)) return true;
    assumed.add(pair);
    const isSame = sameOwn(a, b) && this.#sameParts(a, b, assumed);
    if (!isSame) this.#different.add(pair);
    return isSame;
  }

  #sameParts(a: SchemaNode, b: SchemaNode, assumed: Set<string>): boolean {
    const [mine, others] = [partsOf(a), partsOf(b)];
    if (mine.size !== others.size) return false;
    for (const [place, part] of mine) {
      const other = others.get(place);
      if (other === undefined || !this.#same(part, other, assumed)) return false;
    }
    return true;
  }

  #numberOf(node: SchemaNode): number {
    const known = this.#numbers.get(node);
    if (known !== undefined) return known;
    this.#numbers.set(node, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

function sameOwn(a: SchemaNode, b: SchemaNode): boolean {
  if (a.isFalse !== b.isFalse) return false;
  return checkedKeywords.every((keyword) => {
    const [mine, other] = [inOrder(keyword, a.own[keyword]), inOrder(keyword, b.own[keyword])];
    if (mine === undefined || other === undefined) return mine === other;
    return textOf(mine) === textOf(other);
  });
}

/** Lists whose order means nothing. */
function inOrder(keyword: string, value: JsonValue | undefined): JsonValue | undefined {
  if ((keyword === 'required' || keyword === 'type') && Array.isArray(value)) return (value as string[]).toSorted();
  return value;
}

/** Every subschema by where it stands. Parts under `$defs` count only where they are referred to. */
function partsOf({ single, list, named, target }: SchemaNode): ReadonlyMap<string, SchemaNode> {
  const parts = new Map<string, SchemaNode>(Object.entries(single));
  for (const [keyword, schemas] of Object.entries(list))
    for (const [index, schema] of schemas.entries()) parts.set(`${keyword}/${index}`, schema);
  for (const [keyword, schemas] of Object.entries(named)) {
    if (keyword === '$defs' || keyword === 'definitions') continue;
    for (const [name, schema] of schemas) parts.set(`${keyword}/${name}`, schema);
  }
  if (target !== undefined) parts.set('$ref', target);
  return parts;
}
