import { STATUS_CODES } from 'node:http';
import {
  catalogue,
  httpSchemas,
  legacyError,
  problem,
  problemMediaType,
  queryParameters,
  ref,
  type ErrorCode,
  type HttpSchemaName,
  type JsonSchema,
  type QueryParameterName,
} from '@crossdock/contracts';
import type { Type } from '@nestjs/common';
import type { ErrorForm } from '../http/own-route.ts';
import { about } from './about.ts';
import type {
  ApiDocument,
  CodesByStatus,
  DocumentedAnswer,
  DocumentedOperation,
  DocumentedParameter,
  Reference,
  SecurityRequirement,
} from './document.ts';
import { codesOf, codesWithoutRoute } from './error-codes.ts';
import type { OperationFacts } from './operation.ts';
import { describedRoutes, type DescribedRoute } from './routes.ts';
import { subjects } from './subjects.ts';
import { webhooks } from './webhooks.ts';

const JSON_MEDIA = 'application/json';
const LINES: JsonSchema = { type: 'string', description: 'The same in lines to read.' };
const anId: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{24}$' };
const security: Readonly<Record<DescribedRoute['access'], readonly SecurityRequirement[]>> = {
  anybody: [],
  store: [{ Token: [] }, { Bearer: [] }],
  admin: [{ Token: [] }, { Bearer: [] }],
};

/** The OpenAPI document of the module's controllers, made of their decorators and of the schemas of the contracts. */
export function renderOpenApi(module: Type): ApiDocument {
  const order = Object.keys(subjects);
  const routes = describedRoutes(module).toSorted((a, b) => order.indexOf(subjectOf(a)) - order.indexOf(subjectOf(b)));
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route);
  const used = new Set([...routes.map(subjectOf), 'delivery']);
  return {
    openapi: '3.1.0',
    info: about,
    servers: [{ url: '/', description: 'This hub.' }],
    security: [],
    tags: order.flatMap((subject) => (used.has(subject) ? [tagOf(subject)] : [])),
    paths,
    webhooks,
    components: {
      schemas: httpSchemas,
      parameters: {
        StoreId: { name: 'store_id', in: 'path', required: true, description: 'The store.', schema: anId },
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          description: 'The ETag of what is to be changed: the change is refused if it is another by now.',
          schema: { type: 'string', examples: ['"12"'] },
        },
        ...Object.fromEntries(
          [...new Set(routes.flatMap(({ facts }) => facts.query ?? []))]
            .sort()
            .map((name) => [name, { in: 'query', ...queryParameters[name] }]),
        ),
      },
      headers: {
        ETag: { description: 'The revision, for `If-Match`.', schema: { type: 'string', examples: ['"12"'] } },
        RetryAfter: { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 0 } },
      },
      responses: errorResponses(routes),
      securitySchemes: {
        Token: { type: 'apiKey', in: 'header', name: 'X-Augury-Token', description: 'The token of the store, or of an administrator.' },
        Bearer: { type: 'http', scheme: 'bearer', description: 'The same token, as other clients send it.' },
      },
    },
    'x-answers-without-route': grouped(codesWithoutRoute),
  };
}

const subjectOf = ({ id }: DescribedRoute): string => id.split('.', 1)[0] ?? '';
const tagOf = (subject: string): ApiDocument['tags'][number] => ({
  name: subjects[subject]?.tag ?? subject,
  description: subjects[subject]?.description ?? '',
});

function operationOf(route: DescribedRoute): DocumentedOperation {
  const { id, status, access, facts } = route;
  const codes = codesOf(route);
  const note = access === 'admin' ? ['For administrators.'] : [];
  const text = facts.plain === true ? ['With `Accept: text/plain` the same in lines to read.'] : [];
  const description = [facts.description, ...text, ...note].filter((text) => text !== undefined).join(' ');
  const parameters = parametersOf(route);
  return {
    operationId: id,
    summary: facts.summary,
    ...(description === '' ? {} : { description }),
    tags: [tagOf(subjectOf(route)).name],
    ...(facts.deprecated === true ? { deprecated: true } : {}),
    security: security[access],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(facts.body === undefined ? {} : { requestBody: requestBodyOf(facts.body) }),
    responses: {
      [status]: successOf(facts),
      ...Object.fromEntries([...codes.keys()].map((each) => [each, { $ref: `#/components/responses/${responseName(route.form, each)}` }])),
      ...Object.fromEntries(Object.entries(facts.also ?? {}).map(([each, schema]) => [each, alsoOf(Number(each), schema)])),
    },
    'x-error-codes': Object.fromEntries(codes),
  };
}

function parametersOf({ id, path, facts }: DescribedRoute): readonly (DocumentedParameter | Reference)[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const noun = subjects[id.split('.', 1)[0] ?? '']?.noun ?? 'thing';
  const reference = (name: string): Reference => ({ $ref: `#/components/parameters/${name}` });
  return [
    ...names.map((name): DocumentedParameter | Reference => {
      if (name === 'store_id') return reference('StoreId');
      const schema = facts.path?.[name];
      return { name, in: 'path', required: true, description: `The ${noun}.`, schema: schema ?? anId };
    }),
    ...(facts.query ?? []).map((name: QueryParameterName) => reference(name)),
    ...(facts.revision === 'expected' ? [reference('IfMatch')] : []),
  ];
}

function requestBodyOf({ schema, under, optional }: NonNullable<OperationFacts['body']>): NonNullable<DocumentedOperation['requestBody']> {
  const plain = ref(schema);
  const wrapped = { type: 'object', required: [under], properties: { [under ?? '']: plain }, additionalProperties: false };
  return {
    required: optional !== true,
    content: { [JSON_MEDIA]: { schema: under === undefined ? plain : { anyOf: [plain, wrapped] } } },
  };
}

function successOf({ answer, media, plain, revision }: OperationFacts): DocumentedAnswer {
  if (answer === undefined) return { description: 'Done; no content.' };
  const schema: JsonSchema = typeof answer === 'string' ? ref(answer) : answer;
  const { description } = typeof answer === 'string' ? httpSchemas[answer] : answer;
  return {
    description: String(description),
    ...(revision === undefined ? {} : { headers: { ETag: { $ref: '#/components/headers/ETag' } } }),
    content: { [media ?? JSON_MEDIA]: { schema }, ...(plain === true ? { 'text/plain': { schema: LINES } } : {}) },
  };
}

function alsoOf(status: number, schema: HttpSchemaName | 'nothing'): DocumentedAnswer {
  const description = `${STATUS_CODES[status]}.`;
  return schema === 'nothing' ? { description } : { description, content: { [JSON_MEDIA]: { schema: ref(schema) } } };
}

const responseName = (form: ErrorForm, status: number): string => `${form === 'problem' ? 'Problem' : 'Error'}${status}`;

/** The answers that refuse, each form and status once, with an example. Which codes they hold, each operation says. */
function errorResponses(routes: readonly DescribedRoute[]): Readonly<Record<string, DocumentedAnswer>> {
  const examples = new Map<string, readonly [ErrorForm, ErrorCode]>();
  for (const route of routes) {
    for (const [status, [code]] of codesOf(route)) {
      const name = responseName(route.form, status);
      if (code !== undefined && !examples.has(name)) examples.set(name, [route.form, code]);
    }
  }
  return Object.fromEntries(
    [...examples].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, [form, code]]) => [name, refusal(form, code)]),
  );
}

function refusal(form: ErrorForm, code: ErrorCode): DocumentedAnswer {
  const { status, title, retriable } = catalogue[code];
  const [media, schema, example] =
    form === 'problem'
      ? [problemMediaType, ref('Problem'), problem(code, { detail: `${title}.` })]
      : [JSON_MEDIA, ref('Error'), legacyError(code, `${title}.`)];
  return {
    description: `${STATUS_CODES[status]}. The operation’s \`x-error-codes\` lists the codes.`,
    ...(retriable ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } } : {}),
    content: { [media]: { schema, example } },
  };
}

function grouped(codes: readonly ErrorCode[]): CodesByStatus {
  return Object.fromEntries(
    [...new Set(codes.map((code) => catalogue[code].status))]
      .sort((a, b) => a - b)
      .map((status) => [status, codes.filter((code) => catalogue[code].status === status).sort()]),
  );
}
