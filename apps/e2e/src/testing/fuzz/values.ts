import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './api-document.ts';
import { dangerousTexts, hostileJson, oddTexts } from './hostile.ts';
import { idSlot, jsonSlot, storeSlot } from './slots.ts';

/** What makes values that fit schemas, and values that do not. */
export interface ValueSource {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** URLs that the hub may be told to call. */
  readonly urls: readonly string[];
}

const ID_PATTERN = '^[0-9a-f]{24}$';
const MOST_ITEMS = 4;
const DEEPEST = 6;

const asSchema = (value: unknown): Schema | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
const asSchemas = (value: unknown): readonly Schema[] => (Array.isArray(value) ? (value as readonly Schema[]) : []);
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
const typesOf = ({ type }: Schema): readonly string[] => (Array.isArray(type) ? type.map(String) : typeof type === 'string' ? [type] : []);

/** A text that may mean something to a hub. */
const names: Arbitrary<string> = fc.constantFrom('warehouse.add_order', 'accounting.book', 'a', 'shop.key', 'order:new', 'order:updated');
const anyText: Arbitrary<string> = fc.oneof(names, fc.string({ maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 }));
const anyId: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40).map((pick) => idSlot('*', pick)) },
  { weight: 1, arbitrary: fc.constant('0123456789abcdef01234567') },
);
export const hostileText: Arbitrary<string> = fc.oneof(fc.constantFrom(...dangerousTexts), fc.constantFrom(...oddTexts));
export const hostileValue: Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.nat(hostileJson.length - 1).map(jsonSlot),
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, [], {}, [null], [[]], { a: { b: [1] } }),
  fc.jsonValue({ maxDepth: 3 }),
);

export class Values {
  readonly #source: ValueSource;
  readonly #valid = new Map<Schema, Arbitrary<unknown>>();

  constructor(source: ValueSource) {
    this.#source = source;
  }

  /** A value that fits the schema, as far as a look at its keywords goes. */
  valid(schema: Schema, depth = 0): Arbitrary<unknown> {
    if (depth > DEEPEST) return fc.constant(null);
    const known = depth === 0 ? this.#valid.get(schema) : undefined;
    const made = known ?? this.#make(schema, depth);
    if (depth === 0) this.#valid.set(schema, made);
    return made;
  }

  /** A value that breaks one keyword of the schema, and otherwise fits. */
  nearly(schema: Schema): Arbitrary<unknown> {
    const broken = this.#violations(this.merged(schema), 0);
    return broken.length === 0 ? hostileValue : fc.oneof(...broken);
  }

  /** The schema with what it refers to and extends put into it. */
  merged(schema: Schema): Schema {
    const { $ref, allOf, else: otherwise, ...own } = schema;
    if (typeof $ref === 'string') return this.merged(this.#source.schemas[$ref.replace(/^.*\//, '')] ?? {});
    const whole = asSchemas(allOf)
      .map((part) => this.merged(part))
      .reduce<Schema>((all, part) => joined(part, all), own);
    // What holds unless a condition does fits in any case.
    return asSchema(otherwise) === undefined ? whole : joined(whole, this.merged(asSchema(otherwise) ?? {}));
  }

  #make(given: Schema, depth: number): Arbitrary<unknown> {
    const schema = this.merged(given);
    const choices = [...asSchemas(schema['anyOf']), ...asSchemas(schema['oneOf'])];
    if (choices.length > 0) return fc.oneof(...choices.map((choice) => this.valid(choice, depth + 1)));
    if (schema['const'] !== undefined) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as readonly unknown[]));
    const types = typesOf(schema);
    const examples = this.#examplesOf(schema);
    const arbitrary =
      types.length === 0
        ? fc.oneof(anyText, fc.jsonValue({ maxDepth: 2 }))
        : fc.oneof(...types.map((type) => ({ weight: type === 'null' ? 1 : 6, arbitrary: this.#ofType(type, schema, depth) })));
    if (examples.length === 0) return arbitrary;
    // Of a text that nothing else describes, only the examples tell what it may be.
    const vague = types.includes('string') && schema['pattern'] === undefined;
    return fc.oneof({ weight: vague ? 1 : 3, arbitrary }, { weight: vague ? 6 : 1, arbitrary: fc.constantFrom(...examples) });
  }

  /** With URLs that may be called in the place of theirs. */
  #examplesOf({ examples }: Schema): readonly unknown[] {
    const [url = ''] = this.#source.urls;
    const list = Array.isArray(examples) ? (examples as readonly unknown[]) : [];
    return list.map((example) => JSON.parse(JSON.stringify(example).replaceAll(/"https?:[^"]*"/g, JSON.stringify(url))) as unknown);
  }

  #ofType(type: string, schema: Schema, depth: number): Arbitrary<unknown> {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer({ min: number(schema['minimum'], -1_000), max: number(schema['maximum'], 1_000_000) });
      case 'number':
        return fc.double({ min: number(schema['minimum'], -1e6), max: number(schema['maximum'], 1e6), noNaN: true });
      case 'string':
        return this.#text(schema);
      case 'array':
        return this.#list(schema, depth);
      default:
        return this.#object(schema, depth);
    }
  }

  #text(schema: Schema): Arbitrary<unknown> {
    const { pattern, format } = schema;
    const [least, most] = [number(schema['minLength'], 0), Math.min(number(schema['maxLength'], 60), 60)];
    if (pattern === ID_PATTERN) return anyId;
    if (format === 'uri') return fc.constantFrom(...this.#source.urls);
    if (format === 'date-time') {
      const dates = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
      return dates.map((date) => date.toISOString());
    }
    if (typeof pattern === 'string')
      return fc.stringMatching(new RegExp(pattern)).map((text) => text.slice(0, number(schema['maxLength'], 300)));
    return fc.oneof(names, fc.string({ minLength: least, maxLength: Math.max(least, most) })).filter((text) => text.length >= least);
  }

  #list(schema: Schema, depth: number): Arbitrary<unknown> {
    const items = asSchema(schema['items']) ?? {};
    const minLength = number(schema['minItems'], 0);
    return fc.array(this.valid(items, depth + 1), {
      minLength,
      maxLength: Math.max(minLength, Math.min(number(schema['maxItems'], MOST_ITEMS), MOST_ITEMS)),
    });
  }

  #object(schema: Schema, depth: number): Arbitrary<unknown> {
    const required = listed(schema['required']);
    const members = Object.entries(asSchema(schema['properties']) ?? {}).filter(([, member]) => asSchema(member)?.['readOnly'] !== true);
    const valueOf = (name: string, member: Schema): Arbitrary<unknown> =>
      name === 'store_id' ? fc.constant(storeSlot('own')) : this.valid(member, depth + 1);
    const record = fc.record(Object.fromEntries(members.map(([name, member]) => [name, valueOf(name, asSchema(member) ?? {})])), {
      requiredKeys: members.map(([name]) => name).filter((name) => required.includes(name)),
    });
    const more = schema['additionalProperties'];
    if (more === false) return record;
    const others = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), this.valid(asSchema(more) ?? {}, depth + 2), { maxKeys: 2 });
    return fc.tuple(record, others).map(([own, other]) => ({ ...other, ...own }));
  }

  /** One arbitrary for each keyword that can be broken, here and further inside. */
  #violations(schema: Schema, depth: number): readonly Arbitrary<unknown>[] {
    const choices = [...asSchemas(schema['anyOf']), ...asSchemas(schema['oneOf'])];
    if (choices.length > 0) return choices.flatMap((choice) => this.#violations(this.merged(choice), depth));
    const types = typesOf(schema);
    const others = ['null', 'boolean', 'integer', 'string', 'array', 'object'].filter(
      (type) => !types.includes(type) && !(type === 'integer' && types.includes('number')),
    );
    const wrongType =
      types.length === 0
        ? []
        : [fc.oneof(...others.map((type) => this.#ofType(type, {}, 1))), ...(types.includes('null') ? [] : [fc.constant(null)])];
    if (Array.isArray(schema['enum'])) return [...wrongType, fc.constantFrom('', 'nonsense', 'ALL')];
    return [...wrongType, ...types.flatMap((type) => this.#violationsOfType(type, schema, depth))];
  }

  #violationsOfType(type: string, schema: Schema, depth: number): readonly Arbitrary<unknown>[] {
    const { minimum, maximum, minLength, maxLength, pattern, maxItems } = schema;
    switch (type) {
      case 'integer':
      case 'number':
        return [
          ...(typeof minimum === 'number' ? [fc.constantFrom(minimum - 1, -1e300)] : []),
          ...(typeof maximum === 'number' ? [fc.constantFrom(maximum + 1, 1e300)] : []),
          ...(type === 'integer' ? [fc.constantFrom(1.5, 2 ** 53 + 2)] : []),
        ];
      case 'string':
        return [
          ...(typeof minLength === 'number' ? [fc.constant('')] : []),
          ...(typeof maxLength === 'number' ? [fc.constant('a'.repeat(maxLength + 1))] : []),
          ...(typeof pattern === 'string' ? [fc.constantFrom(' ', 'A B', '.', 'ä\n')] : []),
          hostileText,
          fc.constantFrom(...dangerousTexts),
        ];
      case 'array':
        return [
          ...(typeof maxItems === 'number' ? [fc.constant(Array.from({ length: maxItems + 1 }, (_, index) => `a${index}:b`))] : []),
          ...(depth > DEEPEST ? [] : [this.nearly(asSchema(schema['items']) ?? {}).map((item) => [item])]),
        ];
      case 'object':
        return this.#violationsOfObject(schema, depth);
      default:
        return [];
    }
  }

  #violationsOfObject(schema: Schema, depth: number): readonly Arbitrary<unknown>[] {
    if (depth > DEEPEST) return [];
    const whole = this.#object(schema, depth) as Arbitrary<Record<string, unknown>>;
    const members = Object.entries(asSchema(schema['properties']) ?? {});
    return [
      ...listed(schema['required']).map((name) => whole.map(({ [name]: _left, ...rest }) => rest)),
      whole.map((value) => ({ ...value, nonsense: 1 })),
      whole.map((value) => ({ ...value, ['__proto__']: null, constructor: 'x' })),
      ...members.flatMap(([name, member]) =>
        this.#violations(this.merged(asSchema(member) ?? {}), depth + 1).map((broken) =>
          fc.tuple(whole, broken).map(([value, wrong]) => ({ ...value, [name]: wrong })),
        ),
      ),
    ];
  }
}

/** Both schemas at once; where they differ, the second one counts. */
function joined(first: Schema, second: Schema): Schema {
  const [before, after] = [asSchema(first['properties']) ?? {}, asSchema(second['properties']) ?? {}];
  const both = Object.keys(after).filter((name) => Object.hasOwn(before, name));
  return {
    ...first,
    ...second,
    properties: {
      ...before,
      ...after,
      ...Object.fromEntries(both.map((name) => [name, { ...asSchema(before[name]), ...asSchema(after[name]) }])),
    },
    required: [...new Set([...listed(first['required']), ...listed(second['required'])])],
    ...(first['additionalProperties'] === false ? { additionalProperties: false } : {}),
  };
}

const listed = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
