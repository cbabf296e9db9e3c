import type { ParameterChange, ParameterType, ParameterView } from '@crossdock/core';
import { count, id, listOf, oneOf, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import { anything, bounded, closed, flag, madeOf, moment, orNull, pageOf, readOnly, versionKind, withExamples } from './http-schema.ts';

export const parameterTypes = oneOf<ParameterType>(
  { string: true, integer: true, float: true, boolean: true, list: true },
  'Of its value. A list is an array, such as a lookup table.',
);
export const parameterName: JsonSchema = {
  ...bounded('Unique in the store; sent to services as it is.', 255, 1),
  pattern: '^\\S+$',
  examples: ['mandrill.api_key'],
};
export const parameterSchemas = {
  ParameterInput: withExamples(
    madeOf(
      'ParameterUpdate',
      { name: 'string', value: ['string', 'number', 'boolean', 'array', 'object'] },
      'A parameter that is to be made; of the type of its value, unless another is given.',
    ),
    { name: 'mandrill.api_key', value: 'md-0f2c9a7e', secret: true },
  ),
  ParameterUpdate: withExamples(
    {
      type: 'object',
      description: 'What is left out stays as it is.',
      properties: {
        name: orNull(parameterName),
        value: anything('Fits the data type. At most 262,144 characters of JSON.'),
        data_type: orNull(parameterTypes),
        secret: orNull(flag('Encrypted where it is stored, masked wherever it is shown.')),
        ...readOnly('id', 'store_id', 'revision', 'created_at', 'updated_at'),
      },
      additionalProperties: false,
    },
    { value: 'md-77aa01bc' },
  ),
  Parameter: withExamples(
    closed<ParameterView>('A value of the store that goes along with requests.', {
      id: id('Its id.'),
      store_id: id('The store.'),
      name: parameterName,
      data_type: parameterTypes,
      value: anything('`****` where it is secret.'),
      secret: flag('Whether its value is hidden.'),
      revision: count('The revision of the store that made it what it is; also its ETag.'),
      created_at: moment('When it was made.'),
      updated_at: moment('When it was last changed.'),
    }),
    {
      id: example.thing,
      store_id: example.store,
      name: 'mandrill.api_key',
      data_type: 'string',
      value: '****',
      secret: true,
      revision: 12,
      ...example.times,
    },
  ),
  ParameterChange: closed<ParameterChange>('One change of a parameter.', {
    number: count('Its changes are counted from 1.', 1),
    revision: count('The revision of the store.'),
    kind: versionKind,
    changed_at: moment('When.'),
    changed_by: orNull(text('`api`, `admin`, or `answer`; null: before this was noted.')),
    delivery_id: orNull(id('The delivery whose answer brought the value.')),
    changed: listOf(text('Its name.'), 'Members that this changed; empty where it was made or removed.'),
    name: parameterName,
    data_type: parameterTypes,
    secret: flag('Whether its value is hidden.'),
    from: anything('The value before; null where there was none or it is not kept, masked where it was secret.'),
    to: anything('The value after, likewise.'),
    not_kept: listOf(oneOf({ from: true, to: true }, 'Which.'), 'Values that are not kept: too long, or older than the history.'),
  }),
  ParameterChanges: pageOf('changes', 'ParameterChange', 'What was done to a parameter, newest first.'),
} as const satisfies Readonly<Record<string, JsonSchema>>;
