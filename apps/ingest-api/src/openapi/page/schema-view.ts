import type { JsonSchema } from '@crossdock/contracts';
import { html, joined, type Html } from './html.ts';
import { inline } from './markdown.ts';

const nameOf = (reference: string): string => reference.replace(/^.*\//, '');
const asSchema = (value: unknown): JsonSchema | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined;
const asSchemas = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? value.map((each) => each as JsonSchema) : []);

/** A link to the schema's own section. */
export const schemaLink = (name: string): Html => html`<a class="schema" href="#schema-${name}">${name}</a>`;

/** What a value is, in a few words: `array of Filter`, `integer, 1 to 100, or null`. */
export function typeOf(schema: JsonSchema): Html {
  const { $ref, const: only, enum: values, anyOf, oneOf, allOf, items, properties, required } = schema;
  if (typeof $ref === 'string') return schemaLink(nameOf($ref));
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`;
  if (Array.isArray(values)) {
    return joined(
      values.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ' | ',
    );
  }
  const choices = [...asSchemas(anyOf), ...asSchemas(oneOf)];
  if (choices.length > 0) return joined(choices.map(typeOf), ' or ');
  if (Array.isArray(allOf)) return joined(asSchemas(allOf).map(typeOf), ' and ');
  const [wrapped, ...others] = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  if (wrapped !== undefined && others.length === 0 && Array.isArray(required)) return html`<code>{${wrapped[0]}: …}</code>`;
  const types = typesOf(schema).filter((type) => type !== 'null');
  const inner = asSchema(items);
  const named = types.map((type) => (type === 'array' && inner !== undefined ? html`array of ${typeOf(inner)}` : html`${type}`));
  const bounds = boundsOf(schema);
  const orNull = typesOf(schema).includes('null') ? `${bounds === '' ? '' : ','} or null` : '';
  return html`${named.length === 0 ? html`anything` : joined(named, ' or ')}${bounds === '' ? '' : `, ${bounds}`}${orNull}`;
}

function typesOf({ type }: JsonSchema): readonly string[] {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.map(String) : [];
}

function boundsOf(schema: JsonSchema): string {
  const range = (least: unknown, most: unknown, what: string): readonly string[] => {
    if (least === undefined && most === undefined) return [];
    if (most === undefined) return least === 0 ? [] : [`from ${JSON.stringify(least)}${what}`];
    return [`${least === undefined ? 'up to' : `${JSON.stringify(least)} to`} ${Number(most).toLocaleString('en')}${what}`];
  };
  return [
    ...range(schema['minimum'], schema['maximum'], ''),
    ...range(schema['minLength'], schema['maxLength'], ' characters'),
    ...range(schema['minItems'], schema['maxItems'], ' items'),
    ...(typeof schema['format'] === 'string' ? [schema['format']] : []),
    ...(schema['default'] === undefined ? [] : [`default ${JSON.stringify(schema['default'])}`]),
  ].join(', ');
}

/** The members of an object, those of objects inside it included; what has a section of its own is linked. */
export function membersOf(schema: JsonSchema): Html | undefined {
  const { required, properties, items, additionalProperties } = schema;
  const inner = asSchema(items) ?? asSchema(additionalProperties);
  const members = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  if (members.length === 0) return inner === undefined ? choicesOf(schema) : membersOf(inner);
  const needed = new Set(Array.isArray(required) ? required : []);
  const [readOnly, others] = [
    members.filter(([, member]) => member['readOnly'] === true),
    members.filter(([, member]) => member['readOnly'] !== true),
  ];
  return html`<ul class="members">
    ${others.map(([name, member]) => memberView(name, member, needed.has(name)))}${readOnlyView(readOnly.map(([name]) => name))}
  </ul>`;
}

/** The members of what a value may be instead of each other. */
function choicesOf({ anyOf, oneOf }: JsonSchema): Html | undefined {
  const choices = [...asSchemas(anyOf), ...asSchemas(oneOf)].map(membersOf).filter((members) => members !== undefined);
  return choices.length === 0 ? undefined : joinedBy(html`<p class="type">or</p>`, choices);
}

const joinedBy = (between: Html, pieces: readonly Html[]): Html =>
  html`${pieces.flatMap((piece, index) => (index === 0 ? [piece] : [between, piece]))}`;

function memberView(name: string, member: JsonSchema, required: boolean): Html {
  const { description, pattern } = member;
  const said = typeof description === 'string' ? html` <span class="said">${inline(description)}</span>` : undefined;
  const looks = typeof pattern === 'string' ? html` <code class="pattern">${pattern}</code>` : undefined;
  return html`<li>
    <code class="name">${name}</code>${required ? html`<sup title="required">*</sup>` : undefined}
    <span class="type">${typeOf(member)}</span>${said}${looks}${membersOf(member)}
  </li>`;
}

function readOnlyView(names: readonly string[]): Html | undefined {
  if (names.length === 0) return undefined;
  return html`<li class="said">
    Members of answers may be sent back and are not read:
    ${joined(
      names.map((name) => html`<code>${name}</code>`),
      ', ',
    )}.
  </li>`;
}

/** The first example of a schema, as text. */
export function exampleOf(schema: JsonSchema): unknown {
  const { examples } = schema;
  return Array.isArray(examples) ? (examples[0] as unknown) : undefined;
}

/** Indented JSON. */
export const jsonView = (value: unknown): Html => html`<pre>${JSON.stringify(value, undefined, 2)}</pre>`;

/** A whole schema, under a name of its own. */
export function schemaSection(name: string, schema: JsonSchema): Html {
  const { description } = schema;
  const example = exampleOf(schema);
  const members = membersOf(schema);
  return html`<section class="card" id="schema-${name}">
    <h3><a class="anchor" href="#schema-${name}">${name}</a></h3>
    ${typeof description === 'string' ? html`<p>${inline(description)}</p>` : undefined}
    ${members ?? html`<p class="type">${typeOf(schema)}</p>`}${members === undefined || schema['allOf'] === undefined ? undefined : html`<p>and ${typeOf({ allOf: schema['allOf'] })}</p>`}
    ${alsoRequired(schema)}${
      example === undefined
        ? undefined
        : html`<h4>Example</h4>
            ${jsonView(example)}`
    }
  </section>`;
}

/** What an extension of another schema requires of it. */
function alsoRequired({ allOf, required, properties }: JsonSchema): Html | undefined {
  if (allOf === undefined || properties !== undefined || !Array.isArray(required)) return undefined;
  return html`<p>
    Required:
    ${joined(
      required.map((name) => html`<code>${String(name)}</code>`),
      ', ',
    )}.
  </p>`;
}
