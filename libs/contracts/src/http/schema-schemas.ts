import type { AppliedSchema, PatchOperation, SchemaCompatibility } from '@crossdock/core';
import { count, id, listOf, oneOf, optional, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import {
  anything,
  between,
  closed,
  closedObject,
  flag,
  listOfRef,
  moment,
  openObject,
  orNull,
  pageOf,
  readOnly,
  ref,
  withExamples,
} from './http-schema.ts';
import { messageType } from './message-schemas.ts';

const compatibility = oneOf<SchemaCompatibility>(
  { backward: true, none: true },
  '`backward`: what is valid under the version in use stays valid. `none`: it need not.',
);
const schema: JsonSchema = {
  type: ['object', 'boolean'],
  description: 'A JSON Schema of draft 2020-12, or of draft-07 where its `$schema` says so. References stay within it.',
  additionalProperties: true,
};
const someSchema = {
  type: 'object',
  required: ['order'],
  properties: { order: { type: 'object', required: ['number'], properties: { number: { type: 'string', pattern: '^R[0-9]+$' } } } },
};
const version = count('Versions of a type are numbered from 1.', 1);
const versionMembers = {
  type: { ...messageType, description: "The type's canonical name." },
  version,
  compatibility,
  in_use: flag('Whether messages are held to it.'),
  created_at: moment('When it was registered.'),
  by: text('Who registered it.'),
};
const summaryMembers = {
  ...versionMembers,
  store_id: id('The store.'),
  names: listOf(messageType, 'Every name of the type: messages of all of them are held to it.'),
  revision: count("The store's revision that made it what it is: its ETag."),
};
const viewMembers = { ...summaryMembers, schema, remarks: listOfRef('FieldProblem', 'What of it nothing is checked by.') };
const shown = {
  type: 'order:new',
  version: 2,
  compatibility: 'backward',
  in_use: true,
  created_at: example.times.created_at,
  by: 'api',
  store_id: example.store,
  names: ['order:new'],
  revision: 12,
};
const finding = {
  pointer: '/order/number',
  code: 'schema_violated',
  reason: '`number` is the string "181807170". It must match the pattern ^R[0-9]+$.',
};
const effect = {
  examined: 100,
  invalid: 3,
  newly_invalid: 1,
  newly_valid: 0,
  examples: [{ message_id: example.message, message: 'order:new', created_at: '2026-11-21T09:30:00.000Z', errors: [finding] }],
  stopped: null,
};
const narrowed = {
  pointer: '/schema/properties/order/required',
  code: 'schema_narrowed',
  reason: '`required` gained `number`: objects without it were valid so far.',
};
const payload = openObject('The new payload. It is stored and delivered byte for byte.');
const diff = listOfRef(
  'PatchOperation',
  'What changed, at most 50 operations. One without its `value` has one that is too long to be kept.',
);
const omitted = count('Changes that are not listed.');

export const schemaSchemas = {
  AppliedSchema: closed<AppliedSchema>("The store's own schema that the payload was held to, beside the rules of its type.", {
    type: { ...messageType, description: "The type's canonical name." },
    version,
  }),
  SchemaInput: withExamples(
    {
      type: 'object',
      description: 'A schema for the payloads of a type. An answer may be sent back.',
      required: ['schema'],
      properties: {
        schema,
        compatibility: { ...compatibility, default: 'backward' },
        ...readOnly('type', 'version', 'in_use', 'created_at', 'by', 'store_id', 'names', 'revision', 'remarks', 'effect'),
      },
      additionalProperties: false,
    },
    { schema: someSchema },
    { schema: { ...someSchema, additionalProperties: false }, compatibility: 'none' },
  ),
  SchemaCheckInput: withExamples(
    {
      type: 'object',
      description: 'A schema to be tried.',
      required: ['schema'],
      properties: {
        schema,
        last: { ...between('integer', 1, 1_000, 'How many of the newest messages of the type are held to it.'), default: 100 },
      },
      additionalProperties: true,
    },
    { schema: someSchema, last: 500 },
  ),
  SchemaSummary: withExamples(closedObject('The schema that messages of a type are held to.', summaryMembers), shown),
  Schemas: pageOf('schemas', 'SchemaSummary', 'Schemas in use, by type.'),
  Schema: withExamples(closedObject('A version of a schema.', viewMembers), { ...shown, schema: someSchema, remarks: [] }),
  SchemaVersion: closedObject('A version of a schema, without it.', versionMembers),
  SchemaVersions: pageOf('versions', 'SchemaVersion', 'Versions of a schema, newest first.'),
  SchemaEffect: withExamples(
    closedObject('What a schema makes of the newest messages of its type.', {
      examined: count('How many were held to it.'),
      invalid: count('Invalid by it, or by the rules of the type.'),
      newly_invalid: count('Of these, valid so far.'),
      newly_valid: count('Invalid so far, and not by it.'),
      examples: listOf(
        closedObject('A message that is newly invalid.', {
          message_id: id('The message.'),
          message: messageType,
          created_at: moment('When it came in.'),
          errors: listOfRef('Finding', 'The first three things that are wrong.'),
        }),
        'Some of the newly invalid, the newest first; at most 10.',
      ),
      stopped: orNull(text('Why not more were examined.')),
    }),
    effect,
  ),
  RegisteredSchema: withExamples(
    closedObject('The schema that messages of the type are held to from now on.', { ...viewMembers, effect: orNull(ref('SchemaEffect')) }),
    { ...shown, schema: someSchema, remarks: [], effect },
  ),
  SchemaCheck: withExamples(
    closedObject('What registering a schema would change.', {
      type: { ...messageType, description: 'The type as it was asked for.' },
      against: orNull(version),
      compatible: flag('Whether it can be registered as it is, with the compatibility `backward`.'),
      findings: listOfRef('Finding', 'What speaks against it beside the version in use. Pointers lead into the request.'),
      remarks: listOfRef('FieldProblem', 'What of it nothing is checked by.'),
      effect: ref('SchemaEffect'),
    }),
    { type: 'order:new', against: 1, compatible: false, findings: [narrowed], remarks: [], effect },
  ),
  PatchOperation: closed<PatchOperation>('A change, in the form of JSON Patch (RFC 6902).', {
    op: oneOf<PatchOperation['op']>({ add: true, replace: true, remove: true }, 'What was done.'),
    path: text('JSON Pointer into the payload.'),
    value: optional(anything('What is there now.')),
  }),
  Resubmission: withExamples(
    {
      type: 'object',
      description: 'The message as it is to be sent again. Other members are kept as attributes.',
      required: ['payload'],
      properties: {
        payload,
        message: { ...messageType, description: 'The type, where it is to be another one.' },
        store_id: orNull(id('The store; the same as in the path.')),
      },
      additionalProperties: true,
    },
    { payload: { order: { number: 'R181807170', line_items: [] } } },
  ),
  Resubmitted: withExamples(
    closedObject('The new message. It is durably stored.', {
      message_id: id('The new message.'),
      message: messageType,
      parent_id: id('The message that was sent again.'),
      root_id: id('The message at the root of the lineage.'),
      repeated: flag('The very same was sent before: it is that message.'),
      diff,
      diff_omitted: omitted,
    }),
    {
      message_id: '65a1b2c30a1b2c3d4e5f6071',
      message: 'order:new',
      parent_id: example.message,
      root_id: example.message,
      repeated: false,
      diff: [{ op: 'replace', path: '/order/line_items', value: [] }],
      diff_omitted: 0,
    },
  ),
  ResubmissionCheck: closedObject('What the validator would find.', {
    message: messageType,
    valid: flag('Whether it would be routed.'),
    errors: listOfRef('Finding', 'What makes it invalid.'),
    warnings: listOfRef('Finding', 'What is odd.'),
    schema: orNull(ref('AppliedSchema')),
    diff,
    diff_omitted: omitted,
  }),
  ResubmissionAnswer: {
    description: 'The message that the very same had made before; or, with `check=true`, what the validator would find.',
    oneOf: [ref('Resubmitted'), ref('ResubmissionCheck')],
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;
