import type { JsonSchema } from '../envelope/json-schema.ts';
import { messageType } from './message-schemas.ts';

/** A parameter of a query, as OpenAPI has it. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
}

const short = { type: 'string', maxLength: 300 } as const;
const anId = { type: 'string', pattern: '^[0-9a-f]{24}$' } as const;
const yes = { type: 'string', enum: ['true', 'false', '1', '0'] } as const;
const query = (name: string, description: string, schema: JsonSchema): QueryParameter => ({ name, description, schema });

/** What queries can hold, by the names that the document gives them. */
export const queryParameters = {
  After: query('after', 'Goes on behind an earlier answer: its `next`.', short),
  Limit: query('limit', 'At most so many items.', { type: 'integer', minimum: 1, maximum: 200, default: 50 }),
  Page: query('page', 'From 1. Pages far from the first are refused.', { type: 'integer', minimum: 1, maximum: 400, default: 1 }),
  RejectedLimit: query('limit', 'At most so many records.', { type: 'integer', minimum: 1, maximum: 1_000, default: 100 }),
  MessageType: query('message', 'Of this type.', { ...messageType, description: 'A type name.' }),
  State: query(
    'state',
    'In this state. `retrying` is `failing`; in `archived`, `all` is all states; without it only the completed ones are shown.',
    {
      type: 'string',
      enum: [
        'received',
        'validated',
        'pending',
        'failing',
        'retrying',
        'scheduled',
        'parked',
        'completed',
        'routed',
        'invalid',
        'never_processed',
        'archived',
        'all',
      ],
    },
  ),
  StartDate: query('start_date', 'Made then or later.', { type: 'string', format: 'date-time' }),
  EndDate: query('end_date', 'Made then or earlier.', { type: 'string', format: 'date-time' }),
  MessageId: query('message_id', 'This message or delivery, and what was made from it.', anId),
  MappingId: query('mapping_id', 'Deliveries to this mapping.', anId),
  OfMapping: query('mapping', 'Of this mapping alone: the name or id that it has, or had at any time.', short),
  Members: query('limit', 'At most so many members.', { type: 'integer', minimum: 2, maximum: 1_000, default: 1_000 }),
  FromMember: query('from', 'Begins with this member instead of the root.', anId),
  AfterMember: query('after', 'Leaves out that member’s children up to this one.', anId),
  Consumer: query('consumer', 'Deliveries to the mapping of this name.', short),
  Source: query('source', 'From this source. With it, `archived` shows all states.', short),
  Level: query('level', 'Of this level.', { type: 'string', enum: ['info', 'warn', 'error'] }),
  ReferenceType: query('reference_type', 'About this kind of thing.', short),
  ReferenceId: query('reference_id', 'About this thing.', short),
  ReferenceToken: query('reference_token', 'About the thing with this token.', short),
  AttemptNow: query('attempt_now', 'Attempt it now.', yes),
  Archive: query('archive', 'Archive it by hand.', yes),
  Reason: query('reason', 'Why it is archived.', { type: 'string' }),
  SchemaVersion: query('version', 'This version of it.', { type: 'integer', minimum: 1, maximum: 999_999_999 }),
  CheckOnly: query('check', 'Validate it only; nothing is stored.', yes),
  Verbose: query('verbose', 'With every check.', { type: 'string' }),
} as const satisfies Readonly<Record<string, QueryParameter>>;

export type QueryParameterName = keyof typeof queryParameters;
