import { boundedText, isJsonObject, previewText, type FieldProblem, type JsonObject, type JsonValue } from '@crossdock/core';
import type { CompilePattern, SchemaPattern } from './compile-pattern.ts';
import { isKnownFormat } from './known-formats.ts';
import { resolveReferences } from './resolve-references.ts';
import { problem, segment, type SchemaProblemCode, type SchemaRemarkCode } from './schema-problem.ts';
import {
  foreignKeywords,
  isJsonType,
  jsonTypes,
  listKeywords,
  namedKeywords,
  singleKeywords,
  unsupportedKeywords,
  valueKeywords,
  type ListKeyword,
  type NamedKeyword,
  type SingleKeyword,
  type ValueKind,
} from './schema-keywords.ts';
import { schemaLimits, type SchemaLimits } from './schema-limits.ts';
import type { OpenNode, SchemaDocument, SchemaNode } from './schema-node.ts';

export interface SchemaRules {
  readonly compilePattern: CompilePattern;
  readonly limits?: SchemaLimits;
}

export type ReadSchema =
  | { readonly ok: true; readonly document: SchemaDocument; readonly remarks: readonly FieldProblem[] }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** A keyword in the spelling of 2020-12, its value, and how it was spelt. */
type Member = readonly [keyword: string, value: JsonValue, sent?: string];

const NO_KEYWORDS: JsonObject = {};
const MAX_PROBLEMS = 50;
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_7 = 'http://json-schema.org/draft-07/schema';

/**
 * Reads a JSON Schema of draft 2020-12, or of draft-07 where `$schema` says so. Everything that is wrong with it is told at
 * once (at most 50 problems), with pointers into it. Pure and total: any parsed JSON is fine, however hostile.
 */
export function readSchema(schema: JsonValue, rules: SchemaRules): ReadSchema {
  const { limits = schemaLimits } = rules;
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > limits.maxBytes) {
    const reason = `The schema has ${bytes} bytes; ${limits.maxBytes} are allowed.`;
    return { ok: false, problems: [problem('', 'schema_too_large', reason, 'Leave out descriptions and examples, or check less.')] };
  }
  const reader = new SchemaReader(rules.compilePattern, limits);
  return reader.read(schema);
}

class SchemaReader {
  readonly #compilePattern: CompilePattern;
  readonly #limits: SchemaLimits;
  readonly #problems: FieldProblem[] = [];
  readonly #remarks: FieldProblem[] = [];
  readonly #nodes: OpenNode[] = [];
  readonly #patterns = new Map<string, SchemaPattern>();
  #isDraft7 = false;
  #isFull = false;

  constructor(compilePattern: CompilePattern, limits: SchemaLimits) {
    this.#compilePattern = compilePattern;
    this.#limits = limits;
  }

  read(schema: JsonValue): ReadSchema {
    if (isJsonObject(schema)) this.#readDialect(schema['$schema']);
    const root = this.#node(schema, '', 1);
    if (this.#problems.length === 0) this.#problems.push(...resolveReferences(this.#nodes, this.#limits));
    const problems = this.#problems.slice(0, MAX_PROBLEMS);
    if (root === undefined || problems.length > 0) return { ok: false, problems };
    return { ok: true, document: { root, nodes: this.#nodes, patterns: this.#patterns }, remarks: this.#remarks.slice(0, MAX_PROBLEMS) };
  }

  #wrong(pointer: string, reason: string, hint: string, code: SchemaProblemCode = 'schema_invalid'): undefined {
    // One more than are shown is enough to know.
    if (this.#problems.length <= MAX_PROBLEMS) this.#problems.push(problem(pointer, code, reason, hint));
  }

  #remark(pointer: string, code: SchemaRemarkCode, reason: string, hint: string): void {
    if (this.#remarks.length <= MAX_PROBLEMS) this.#remarks.push(problem(pointer, code, reason, hint));
  }

  #readDialect(dialect: JsonValue | undefined): void {
    if (typeof dialect !== 'string') return;
    const name = dialect.replace(/#$/, '').replace(/^https?:/, '');
    this.#isDraft7 = name === DRAFT_7.replace(/^http:/, '');
    if (this.#isDraft7 || name === DRAFT_2020.replace(/^https:/, '')) return;
    const reason = `The dialect ${previewText(dialect, 80)} is not known.`;
    this.#wrong('/$schema', reason, `Use ${DRAFT_2020} (the default) or ${DRAFT_7}#.`, 'schema_dialect_unknown');
  }

  #node(schema: JsonValue | undefined, pointer: string, depth: number): SchemaNode | undefined {
    const { maxDepth, maxSubschemas } = this.#limits;
    if (this.#isFull) return undefined;
    if (depth > maxDepth) {
      return this.#wrong(
        pointer,
        `Subschemas nest deeper than ${maxDepth}.`,
        'Name parts under $defs and refer to them with $ref.',
        'schema_too_large',
      );
    }
    if (this.#nodes.length >= maxSubschemas) {
      this.#isFull = true;
      const hint = 'Name what repeats under $defs and refer to it with $ref, or check less.';
      return this.#wrong('', `The schema has more than ${maxSubschemas} subschemas.`, hint, 'schema_too_large');
    }
    if (typeof schema === 'boolean') return this.#add(pointer, !schema);
    if (isJsonObject(schema)) return this.#object(schema, pointer, depth);
    return this.#wrong(
      pointer,
      `The schema here is ${previewText(schema ?? null, 40)}.`,
      'A schema is an object of keywords, or true or false.',
    );
  }

  #add(pointer: string, isFalse: boolean, parts: Partial<OpenNode> = {}): OpenNode {
    const node = {
      id: this.#nodes.length,
      pointer,
      isFalse,
      own: NO_KEYWORDS,
      single: {},
      list: {},
      named: {},
      target: undefined,
      ...parts,
    };
    this.#nodes.push(node);
    return node;
  }

  #object(schema: JsonObject, pointer: string, depth: number): SchemaNode {
    const own: Record<string, JsonValue> = {};
    const single: Partial<Record<SingleKeyword, SchemaNode>> = {};
    const list: Partial<Record<ListKeyword, readonly SchemaNode[]>> = {};
    const named: Partial<Record<NamedKeyword, ReadonlyMap<string, SchemaNode>>> = {};
    const node = this.#add(pointer, false, { own, single, list, named });
    for (const [keyword, value, sent = keyword] of this.#inDialect(schema, pointer)) {
      const at = pointer + segment(sent);
      if (isOneOf(singleKeywords, keyword)) {
        const child = this.#node(value, at, depth + 1);
        if (child !== undefined) single[keyword] = child;
      } else if (isOneOf(listKeywords, keyword)) {
        list[keyword] = this.#list(value, at, depth);
      } else if (isOneOf(namedKeywords, keyword)) {
        named[keyword] = this.#named(keyword, value, at, depth);
      } else if (Object.hasOwn(valueKeywords, keyword)) {
        if (this.#isValue(valueKeywords[keyword] ?? 'value', value, at)) this.#keep(own, keyword, value, at);
      } else this.#stranger(keyword, at);
    }
    return node;
  }

  /** Draft-07 said some things otherwise; beside `$ref` it ignored everything. */
  #inDialect(schema: JsonObject, pointer: string): readonly Member[] {
    if (!this.#isDraft7) return Object.entries(schema);
    if (schema['$ref'] !== undefined) return Object.entries(schema).filter(([keyword]) => keyword === '$ref' || keyword === 'definitions');
    const isTuple = Array.isArray(schema['items']);
    return Object.entries(schema).flatMap(([keyword, value]): readonly Member[] => {
      if (keyword === 'items' && isTuple) return [['prefixItems', value, 'items']];
      if (keyword === 'additionalItems') return isTuple ? [['items', value, 'additionalItems']] : [];
      if (keyword === 'dependencies') return this.#dependencies(value, `${pointer}/dependencies`);
      return [[keyword, value]];
    });
  }

  #dependencies(value: JsonValue, at: string): readonly Member[] {
    if (!isJsonObject(value)) {
      this.#wrong(at, 'It is no object.', 'Send names with what each depends on.');
      return [];
    }
    const entries = Object.entries(value);
    return [
      ['dependentRequired', Object.fromEntries(entries.filter(([, needs]) => Array.isArray(needs))), 'dependencies'],
      ['dependentSchemas', Object.fromEntries(entries.filter(([, needs]) => !Array.isArray(needs))), 'dependencies'],
    ];
  }

  #list(value: JsonValue, at: string, depth: number): readonly SchemaNode[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.#wrong(at, 'It is no list of schemas, or an empty one.', 'Send a list with at least one schema.');
      return [];
    }
    return (value as readonly JsonValue[]).flatMap((entry, index) => this.#node(entry, `${at}/${index}`, depth + 1) ?? []);
  }

  #named(keyword: NamedKeyword, value: JsonValue, at: string, depth: number): ReadonlyMap<string, SchemaNode> {
    const found = new Map<string, SchemaNode>();
    if (!isJsonObject(value)) {
      this.#wrong(at, 'It is no object.', 'Send an object of schemas, each under its name.');
      return found;
    }
    for (const [name, entry] of Object.entries(value)) {
      const pointer = at + segment(name);
      if (keyword === 'patternProperties') this.#pattern(name, pointer);
      if (keyword === 'properties' && name === '__proto__') {
        this.#wrong(pointer, 'A property of this name cannot be checked.', 'Leave it out.', 'schema_keyword_unsupported');
      }
      const child = this.#node(entry, pointer, depth + 1);
      if (child !== undefined) found.set(name, child);
    }
    return found;
  }

  #keep(own: Record<string, JsonValue>, keyword: string, value: JsonValue, at: string): void {
    if (keyword === 'pattern' && typeof value === 'string') this.#pattern(value, at);
    if (keyword === '$id' && at !== '/$id') {
      const hint = 'Leave it out, and name the subschema under $defs.';
      return this.#wrong(at, 'A schema inside another one has no address of its own here.', hint, 'schema_keyword_unsupported');
    }
    if (keyword === 'format' && typeof value === 'string' && !isKnownFormat(value)) {
      const reason = `The format ${previewText(value, 40)} is not known: nothing is checked by it.`;
      this.#remark(at, 'schema_format_unknown', reason, 'Use `pattern` where it matters.');
    }
    own[keyword] = value;
  }

  #pattern(pattern: string, at: string): void {
    if (this.#patterns.has(pattern)) return;
    const { maxPattern } = this.#limits;
    const compiled =
      pattern.length > maxPattern
        ? { error: `${pattern.length} characters are too many; ${maxPattern} are allowed` }
        : this.#compilePattern(pattern);
    if (!('error' in compiled)) return void this.#patterns.set(pattern, compiled);
    const hint = 'Patterns run in linear time: look-around, back-references and large counts are not possible.';
    this.#wrong(at, `The pattern cannot be used: ${boundedText(compiled.error, 200)}.`, hint, 'schema_pattern_invalid');
  }

  #stranger(keyword: string, at: string): void {
    const unsupported = Object.hasOwn(unsupportedKeywords, keyword) ? unsupportedKeywords[keyword] : undefined;
    if (unsupported !== undefined) {
      return this.#wrong(at, `\`${keyword}\` is not supported.`, unsupported, 'schema_keyword_unsupported');
    }
    // By custom these mean nothing to a checker, as do those that describe what is inside a string.
    if (keyword.startsWith('x-') || keyword === '$vocabulary' || keyword === 'contentSchema') return;
    const meant = Object.hasOwn(foreignKeywords, keyword) ? foreignKeywords[keyword] : undefined;
    const reason = `\`${boundedText(keyword, 60)}\` is no keyword of JSON Schema: nothing is checked by it.`;
    this.#remark(at, 'schema_keyword_unknown', reason, meant ?? 'Look for a typing error; begin keywords of your own with x-.');
  }

  #isValue(kind: ValueKind, value: JsonValue, at: string): boolean {
    const wrong = wrongValue(kind, value);
    if (wrong === undefined) return true;
    this.#wrong(at, `It is ${previewText(value, 60)}.`, wrong);
    return false;
  }
}

function isOneOf<T extends string>(keywords: readonly T[], keyword: string): keyword is T {
  return keywords.some((known) => known === keyword);
}

const isTexts = (value: JsonValue): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string') && new Set(value).size === value.length;

const requirements: Readonly<Record<ValueKind, { readonly need: string; readonly holds: (value: JsonValue) => boolean }>> = {
  number: { need: 'It must be a number.', holds: (value) => typeof value === 'number' },
  positive: { need: 'It must be a number greater than 0.', holds: (value) => typeof value === 'number' && value > 0 },
  count: { need: 'It must be a whole number from 0.', holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
  flag: { need: 'It must be true or false.', holds: (value) => typeof value === 'boolean' },
  text: { need: 'It must be a string.', holds: (value) => typeof value === 'string' },
  texts: { need: 'It must be a list of different strings.', holds: isTexts },
  texts_by_name: {
    need: 'It must be an object whose members are lists of different strings.',
    holds: (value) => isJsonObject(value) && Object.values(value).every(isTexts),
  },
  types: {
    need: `It must be one of ${jsonTypes.join(', ')}, or a list of different ones.`,
    holds: (value) => isJsonType(value) || (isTexts(value) && Array.isArray(value) && value.length > 0 && value.every(isJsonType)),
  },
  list: { need: 'It must be a list.', holds: Array.isArray },
  values: { need: 'It must be a list with at least one value.', holds: (value) => Array.isArray(value) && value.length > 0 },
  value: { need: '', holds: () => true },
};

/** What the value must be instead; undefined where it is that. */
function wrongValue(kind: ValueKind, value: JsonValue): string | undefined {
  const { need, holds } = requirements[kind];
  return holds(value) ? undefined : need;
}
