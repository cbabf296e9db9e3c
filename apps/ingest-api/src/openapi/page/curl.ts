import { resolved, type ApiDocument, type DocumentedParameter } from '../document.ts';
import type { JsonSchema } from '@crossdock/contracts';
import type { PlacedOperation } from './placed-operation.ts';
import { exampleOf } from './schema-view.ts';

const EXAMPLE_ID = '65a1b2c3d4e5f60718293a4b';
const EXAMPLE_STORE = '507f1f77bcf86cd799439011';
const LONG = 90;
const HERE = 'http://localhost:4600';

/** A command that makes the request, with examples in its places. */
export function curlOf(
  document: ApiDocument,
  { method, path = '', operation }: PlacedOperation,
  parameters: readonly DocumentedParameter[],
): string {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => placeholder(name, parameters));
  const body = bodyExample(document, operation.requestBody?.content['application/json']?.schema);
  const precondition = parameters.some(({ name }) => name === 'If-Match');
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} ${HERE}${url}`,
    ...(operation.security.length === 0 ? [] : [`-H "X-Augury-Token: $TOKEN"`]),
    ...(precondition ? [`-H 'If-Match: "12"'`] : []),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, dataOf(body)]),
  ].join(' \\\n  ');
}

/** In lines of its own where it is long. */
function dataOf(body: unknown): string {
  const short = JSON.stringify(body);
  const text = short.length > LONG ? JSON.stringify(body, undefined, 2) : short;
  return `-d '${text.replaceAll("'", String.raw`'\''`)}'`;
}

function placeholder(name: string, parameters: readonly DocumentedParameter[]): string {
  if (name === 'store_id') return EXAMPLE_STORE;
  const schema = parameters.find((parameter) => parameter.name === name)?.schema;
  const [first] = (schema?.['enum'] ?? schema?.['examples'] ?? [EXAMPLE_ID]) as readonly unknown[];
  return encodeURIComponent(String(first)).replaceAll('%3A', ':');
}

function bodyExample(document: ApiDocument, schema: JsonSchema | undefined): unknown {
  if (schema === undefined) return undefined;
  const { anyOf, $ref } = schema;
  if (Array.isArray(anyOf)) return bodyExample(document, (anyOf as readonly JsonSchema[])[0]);
  if (typeof $ref === 'string') return exampleOf(resolved(document.components.schemas, { $ref }));
  return exampleOf(schema);
}
