import { httpSchemas, type HttpSchemaName } from '@crossdock/contracts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const compiled = new Map<HttpSchemaName, ValidateFunction>();

/** For specs: the answer, which has to be what the API's document says it is. */
export function answerOf<T>(name: HttpSchemaName, body: unknown): T {
  const validate = compiled.get(name) ?? ajv.compile({ ...httpSchemas[name], components: { schemas: httpSchemas } });
  compiled.set(name, validate);
  if (!validate(body)) throw new TypeError(`The answer is no ${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
  return body as T;
}
