import type { CompatibilityCode } from '../payload/schema/compatibility/keyword-findings.ts';
import type { SchemaProblemCode, SchemaRemarkCode } from '../payload/schema/schema-problem.ts';
import { entries, withStatus } from './error-entry.ts';

const unprocessable = withStatus(422);

/** What can be wrong with, or odd about, a schema that a store registers for a message type. */
export const schemaErrors = entries<
  SchemaProblemCode | SchemaRemarkCode | CompatibilityCode | 'schema_incompatible' | 'schema_limit_reached' | 'schema_unreadable'
>({
  schema_invalid: unprocessable(
    'The schema is no JSON Schema',
    'It is checked when it is registered, so that no message meets a broken one.',
    'Correct each place that `errors` lists and send it again; the schema in use is unchanged.',
  ),
  schema_dialect_unknown: unprocessable(
    'The dialect of the schema is not known',
    'Keywords mean different things in different drafts of JSON Schema.',
    'Leave `$schema` out for draft 2020-12, or name 2020-12 or draft-07.',
  ),
  schema_keyword_unsupported: unprocessable(
    'The schema uses a keyword that is not supported',
    'To leave it out silently would check less than the schema says.',
    'Say it without that keyword; the reason names what to use instead.',
  ),
  schema_pattern_invalid: unprocessable(
    'A pattern of the schema cannot be used',
    'Patterns run in linear time, whatever they meet: look-around and back-references are not possible, and length and counts are bounded.',
    'Correct the pattern at the pointer, or say it with `enum`, `minLength` and `maxLength`.',
  ),
  schema_reference_lost: unprocessable(
    'A reference of the schema leads to no schema',
    'What it should check by is not there.',
    'Refer to a place that holds a schema, best one under `$defs`.',
  ),
  schema_reference_remote: unprocessable(
    'A reference of the schema leads out of it',
    'Nothing is fetched to check a message: what is elsewhere may change, or be gone.',
    'Copy that schema under `$defs` and refer to it as #/$defs/name.',
  ),
  schema_reference_endless: unprocessable(
    'The schema refers to itself without end',
    'Checking would come back to the same schema for the same value for ever.',
    'Refer to the schema only below `properties`, `items` and the like, where the value gets smaller.',
  ),
  schema_too_large: unprocessable(
    'The schema is too large',
    'What checking costs grows with the schema, and one store must not slow down the others.',
    'Leave out descriptions, name what repeats under `$defs`, or check less.',
  ),
  schema_limit_reached: unprocessable(
    'The store has as many schemas as it may have',
    'All of them are kept in memory where messages are checked.',
    'Remove schemas of types that are not sent any more.',
  ),
  schema_keyword_unknown: unprocessable(
    'A keyword of the schema means nothing',
    'A remark: nothing is checked by it, which is nearly always a typing error.',
    'Correct the keyword; begin keywords of your own with x-.',
  ),
  schema_format_unknown: unprocessable(
    'A format of the schema is not known',
    'A remark: nothing is checked by it.',
    'Use one of the formats that docs/message-types.md lists, or `pattern`.',
  ),
  schema_incompatible: withStatus(409)(
    'The schema may refuse what was valid so far',
    'Senders rely on the former version; `errors` lists what changed and why that may break their messages.',
    'Take the changes back, or send "compatibility": "none" to break with the former version on purpose.',
  ),
  schema_narrowed: withStatus(409)(
    'Something valid so far is not valid any more',
    'The new schema demands more than the former version at the pointer.',
    'Take the change back, or send "compatibility": "none".',
  ),
  schema_undecided: withStatus(409)(
    'Whether something valid so far stays valid cannot be decided',
    'The comparison looks at the schemas alone; what it cannot prove counts as incompatible.',
    'See what the last messages say with POST …/schemas/:type/check, and send "compatibility": "none" if all is well.',
  ),
  schema_unreadable: withStatus(500)(
    'A stored schema cannot be used',
    'It was saved by another version, or changed in the database by hand; its type is not checked by it.',
    'Register the schema again, with what the detail names corrected.',
  ),
});
