import type { JsonSchema } from '../envelope/json-schema.ts';
import { deliverySchemas } from './delivery-schemas.ts';
import { errorSchemas } from './error-schemas.ts';
import { explanationSchemas } from './explanation-schemas.ts';
import { messageSchemas } from './message-schemas.ts';
import { integrationSchemas } from './integration-schemas.ts';
import { mappingSchemas } from './mapping-schemas.ts';
import { parameterSchemas } from './parameter-schemas.ts';
import { schedulerSchemas } from './scheduler-schemas.ts';
import { schemaSchemas } from './schema-schemas.ts';
import { storeSchemas } from './store-schemas.ts';

const all = {
  ...messageSchemas,
  ...mappingSchemas,
  ...parameterSchemas,
  ...integrationSchemas,
  ...schedulerSchemas,
  ...schemaSchemas,
  ...storeSchemas,
  ...explanationSchemas,
  ...deliverySchemas,
  ...errorSchemas,
};

/** The names of what requests and answers of the API are. */
export type HttpSchemaName = keyof typeof all;

/** What requests and answers of the API are (JSON Schema 2020-12). They refer to each other as components of the OpenAPI document. */
export const httpSchemas: Readonly<Record<HttpSchemaName, JsonSchema>> = all;
