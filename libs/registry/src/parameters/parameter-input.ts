import { fitValue, typeOfValue, type JsonObject, type JsonValue, type ParameterType } from '@crossdock/core';
import { hidden } from '../input/masks.ts';
import type { Problems } from '../input/problems.ts';
import { isParameterName, PARAMETER_TYPES, type ParameterLimits } from './parameter-value.ts';

/** A parameter as it is to be saved. */
export interface ReadParameter {
  readonly name: string;
  readonly dataType: ParameterType;
  readonly secret: boolean;
  readonly value: JsonValue;
}

/** A parameter as it is now; its value may be a secret that cannot be opened. */
export interface KnownParameter extends Omit<ReadParameter, 'value'> {
  readonly value: JsonValue | undefined;
}

const MEMBERS = ['name', 'value', 'data_type', 'secret'];
const READ_ONLY = ['id', 'store_id', 'revision', 'created_at', 'updated_at'];

/**
 * Reads a parameter as people send it. Without `before` it is a new one, of the type of its value unless one is given; else what is
 * not given stays as it was. Everything that is wrong goes into `problems`.
 */
export function readParameter(
  input: JsonObject,
  before: KnownParameter | undefined,
  limits: ParameterLimits,
  problems: Problems,
): ReadParameter {
  problems.unknownMembers(input, '', MEMBERS, READ_ONLY);
  const name = readName(input['name'] ?? before?.name, limits, problems);
  const secret = problems.flag(input['secret'], '/secret', before?.secret ?? false);
  // An answer that is sent back brings the mask along.
  const given = before?.secret === true && input['value'] === hidden ? undefined : (input['value'] ?? undefined);
  if (before?.secret === true && !secret && given === undefined) {
    problems.add('/secret', 'Its value would become visible.', 'Send the value with it, as a proof that you know it.');
  }
  const value = given ?? before?.value;
  const dataType = readType(input['data_type'], before?.dataType ?? typeOfValue(value ?? ''), problems);
  return { name, secret, dataType, value: readValue(value, dataType, limits, problems) };
}

function readName(name: JsonValue | undefined, limits: ParameterLimits, problems: Problems): string {
  if (typeof name === 'string' && isParameterName(name, limits)) return name;
  const reason = name === undefined ? 'The parameter has no name.' : 'The name is not usable.';
  problems.add('/name', reason, `Send a name such as "mandrill.api_key": 1 to ${limits.maxName} characters without blanks.`);
  return '';
}

function readType(type: JsonValue | undefined, otherwise: ParameterType, problems: Problems): ParameterType {
  if (type === undefined || type === null) return otherwise;
  const known = PARAMETER_TYPES.find((each) => each === type);
  if (known === undefined) problems.add('/data_type', 'There is no such data type.', `Send one of ${PARAMETER_TYPES.join(', ')}.`);
  return known ?? otherwise;
}

function readValue(value: JsonValue | undefined, type: ParameterType, limits: ParameterLimits, problems: Problems): JsonValue {
  if (value === undefined) {
    problems.add('/value', 'The parameter has no value.', 'Send a value; "" for an empty text.');
    return '';
  }
  const fitting = fitValue(value, type);
  if (fitting === undefined) {
    problems.add(
      '/value',
      `The value does not fit the data type ${type}.`,
      `Send ${examples[type]}, or another data_type with it.`,
      'parameter_value_mismatch',
    );
    return '';
  }
  const size = JSON.stringify(fitting).length;
  if (size > limits.maxValue)
    problems.add('/value', `The value has ${size} characters; ${limits.maxValue} are allowed.`, 'Send a shorter value.');
  return fitting;
}

const examples: Readonly<Record<ParameterType, string>> = {
  string: 'a text',
  integer: 'a whole number such as 5',
  float: 'a number such as 99.95',
  boolean: 'true or false',
  list: 'an array such as [{"sku": "A1"}]',
};
