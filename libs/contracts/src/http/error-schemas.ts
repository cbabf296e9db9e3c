import type { JsonSchema } from '../envelope/json-schema.ts';
import { count, listOf, optional, text } from '../envelope/json-schema.ts';
import { legacyError, type LegacyError } from '../errors/legacy-error.ts';
import { problem, type Problem, type ProblemError } from '../errors/problem.ts';
import { example } from './examples.ts';
import { closed, closedObject, flag, ref, withExamples } from './http-schema.ts';

const finding = { pointer: '/name', code: 'mapping_invalid', reason: 'The mapping has no name.' };

/** What a legacy error says; the probes add a member. */
const legacyMembers = {
  error: text('What is wrong, for people.'),
  errors: optional({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'By field, dotted where it is nested; `base` is the whole. At most 50 in all.',
  }),
  code: text('Which error: see [the catalogue](/api/docs/errors). More codes may come.'),
  hint: text('What to do now.'),
};

export const errorSchemas = {
  Error: withExamples(
    closed<LegacyError>('A refusal on a route of the original hub.', legacyMembers),
    legacyError('mapping_invalid', 'The mapping has no name.', [finding]),
  ),
  Problem: withExamples(
    closed<Problem>('A refusal on a route that the original hub did not have: a problem document (RFC 9457).', {
      type: text('Opens the documentation of the code.'),
      title: text('What happened; the same for every problem of the code.'),
      status: count('The HTTP status.', 400),
      detail: text('Why, in this case.'),
      instance: optional(text('The path of the request.')),
      code: text('Which error: see [the catalogue](/api/docs/errors). More codes may come.'),
      where: optional(text('Which object, field or value.')),
      hint: text('What to do now.'),
      errors: optional({
        type: 'array',
        maxItems: 50,
        description: 'Everything that is wrong.',
        items: closed<ProblemError>('One thing that is wrong.', {
          pointer: text('Where: a JSON Pointer as a URI fragment, such as `#/filters/1/value`.'),
          detail: text('What, and what to do now.'),
          code: text('Which error.'),
        }),
      }),
      retry_after: optional(count('Seconds, as in the header `Retry-After`.')),
      request_id: optional(text('The request, in the logs.')),
    }),
    problem('precondition_failed', {
      detail: 'The mapping is at revision 12 now, not at the one of If-Match.',
      instance: `/api/stores/${example.store}/mappings/${example.thing}`,
    }),
  ),
  Finding: closedObject('Something noticed in a payload.', {
    pointer: text('JSON Pointer into the payload; empty for the payload itself.'),
    code: text('Which kind of finding it is: a code of the catalogue.'),
    reason: text('A sentence for people.'),
  }),
  FieldProblem: closedObject('Something wrong, and what to do about it.', {
    pointer: text('JSON Pointer to it; empty for the whole.'),
    code: text('A code of the catalogue.'),
    reason: text('What is wrong, as a sentence.'),
    hint: text('What to do now, as a sentence.'),
  }),
  Check: closedObject('One thing that readiness depends on.', {
    name: text('What was looked at.'),
    ok: flag('Whether it is as it should be.'),
    detail: text('How it is.'),
    ms: { type: 'number', minimum: 0, description: 'How long looking took.' },
  }),
  Ready: withExamples(
    closedObject('All is well.', {
      status: { type: 'string', const: 'ok', description: 'Always ok.' },
      checks: optional(listOf(ref('Check'), 'With `?verbose`.')),
    }),
    { status: 'ok' },
  ),
  NotReady: withExamples(
    closedObject('Not now.', { ...legacyMembers, checks: optional(listOf(ref('Check'), 'With `?verbose`.')) }),
    legacyError('not_ready', 'Not ready: start: the process starts.'),
  ),
} as const satisfies Readonly<Record<string, JsonSchema>>;
