import { isJsonObject, type Finding, type PayloadFindings } from '@crossdock/core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describeValue } from './describe-value.ts';
import { explainError, type PayloadFindingCode } from './explain-error.ts';
import { builtInType, type PayloadFamily } from './message-types.ts';
import { isPoll } from './message-type-name.ts';
import { payloadSchemaOf } from './payload-schemas.ts';
import { payloadWarnings } from './payload-warnings.ts';

/** Findings beyond this many are left out: whoever mends the first fifty finds the rest with the next try. */
const maxErrors = 50;

const nothing: PayloadFindings = { errors: [], warnings: [] };

/**
 * What is wrong, and what is odd, about a payload of this message type. Built-in types and their aliases have rules; polls
 * and custom types have none. Pure and total: any parsed JSON is fine, however hostile.
 */
export function checkPayload(type: string, payload: unknown): PayloadFindings {
  const family = isPoll(type) ? undefined : builtInType(type)?.family;
  return family === undefined ? nothing : checkFamily(family, payload);
}

function checkFamily(family: PayloadFamily, payload: unknown): PayloadFindings {
  const validate = validatorOf(family);
  if (validate === undefined) return nothing;
  if (!isJsonObject(payload)) return { errors: [notAnObject(payload)], warnings: [] };
  const errors = validate(payload) ? nothing.errors : explainAll(validate);
  const warnings = payloadWarnings(family, payload);
  return errors.length === 0 && warnings.length === 0 ? nothing : { errors, warnings };
}

const notAnObject = (payload: unknown): Finding => ({
  pointer: '',
  code: 'payload_not_object' satisfies PayloadFindingCode,
  reason: `The payload is ${describeValue(payload)}. It must be an object.`,
});

function explainAll(validate: ValidateFunction): readonly Finding[] {
  const errors: Finding[] = [];
  for (const error of validate.errors ?? []) {
    const finding = explainError(error);
    if (finding !== undefined) errors.push(finding);
    if (errors.length === maxErrors) break;
  }
  // The checker keeps its last errors, and with them the payload, until its next run.
  validate.errors = null;
  return errors;
}

const validators = new Map<PayloadFamily, ValidateFunction | undefined>();

/** Compiled on first use: a few milliseconds each, then about a microsecond a check. */
function validatorOf(family: PayloadFamily): ValidateFunction | undefined {
  if (!validators.has(family)) {
    const schema = payloadSchemaOf(family);
    validators.set(family, schema === undefined ? undefined : compile(schema));
  }
  return validators.get(family);
}

// The schemas are ours and a test holds them to the draft's own schema: compiling that one here would take most of the time.
const compile = (schema: object): ValidateFunction =>
  new Ajv2020({
    strict: false,
    strictNumbers: true,
    allErrors: true,
    verbose: true,
    ownProperties: true,
    meta: false,
    validateSchema: false,
  }).compile(schema);
