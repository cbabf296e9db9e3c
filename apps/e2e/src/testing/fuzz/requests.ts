import fc, { type Arbitrary } from 'fast-check';
import type { Parameter, PlacedOperation } from './api-document.ts';
import { hostileBodies, hostileContentTypes, hostileSegments } from './hostile.ts';
import { cursorSlot, etagSlot, idSlot, storeSlot } from './slots.ts';
import { hostileText, hostileValue, type Values } from './values.ts';

/** Whose token goes along. `bearer`: the store's, in the other header. */
export type TokenKind = 'admin' | 'bearer' | 'none' | 'other' | 'own' | 'wrong';
export type Intent = 'hostile' | 'nearly' | 'valid';

/** A request with slots for what is known only when it is sent. */
export interface FuzzRequest {
  /** The operation's id. */
  readonly operation: string;
  readonly intent: Intent;
  readonly method: string;
  /** As on the wire. */
  readonly path: string;
  /** As on the wire, in order; names may repeat. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly token: TokenKind;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or bytes. */
  readonly body: string | Uint8Array | undefined;
}

/** As many requests are meant to succeed as to be refused for one thing; the rest is meant to break something. */
const weights: Readonly<Record<Intent, number>> = { valid: 4, nearly: 4, hostile: 2 };
const intents = Object.keys(weights) as Intent[];

const tokens: Arbitrary<TokenKind> = fc.oneof(
  { weight: 30, arbitrary: fc.constant<TokenKind>('own') },
  { weight: 5, arbitrary: fc.constant<TokenKind>('bearer') },
  { weight: 5, arbitrary: fc.constant<TokenKind>('admin') },
  { weight: 1, arbitrary: fc.constantFrom<TokenKind>('none', 'other', 'wrong') },
);
const adminTokens: Arbitrary<TokenKind> = fc.oneof(
  { weight: 9, arbitrary: fc.constant<TokenKind>('admin') },
  { weight: 1, arbitrary: tokens },
);

/** Requests to any of the operations, each as often as the others. */
export function requestsTo(operations: readonly PlacedOperation[], values: Values): Arbitrary<FuzzRequest> {
  return fc.oneof(...operations.map((operation) => ({ weight: 5, arbitrary: requestsOf(operation, values) })), {
    weight: 1,
    arbitrary: strayRequests(operations),
  });
}

/** Requests that make something in a store, all meant to succeed, each with a token that may. */
export const openersAmong = (operations: readonly PlacedOperation[], values: Values): Arbitrary<FuzzRequest> =>
  anyOf(
    operations.filter(({ method, path }) => method === 'POST' && /^\/api\/stores\/\{store_id\}\/\w+$/.test(path)),
    values,
  );

/** Requests that read a store's lists. */
export const readersAmong = (operations: readonly PlacedOperation[], values: Values): Arbitrary<FuzzRequest> =>
  anyOf(
    operations.filter(({ method, path }) => method === 'GET' && path.startsWith('/api/stores/{store_id}/') && !path.includes('{id}')),
    values,
  ).map((request) => ({ ...request, method: 'GET', query: [] }));

/** Where there is none of them, one that does nothing. */
function anyOf(operations: readonly PlacedOperation[], values: Values): Arbitrary<FuzzRequest> {
  if (operations.length === 0) return fc.constant(stray('GET', '/'));
  return fc
    .oneof(...operations.map((operation) => requestsMeant('valid', operation, values)))
    .map((request) => ({ ...request, token: 'own' }));
}

function requestsOf(operation: PlacedOperation, values: Values): Arbitrary<FuzzRequest> {
  return fc.oneof(...intents.map((intent) => ({ weight: weights[intent], arbitrary: requestsMeant(intent, operation, values) })));
}

function requestsMeant(intent: Intent, operation: PlacedOperation, values: Values): Arbitrary<FuzzRequest> {
  const { id, takesToken, codes } = operation;
  const forAdmins = Object.values(codes).some((listed) => listed.includes('admin_token_required'));
  return fc
    .record({
      path: pathOf(operation, values, intent),
      query: queryOf(operation, values, intent),
      token: takesToken ? (forAdmins ? adminTokens : tokens) : fc.constant<TokenKind>('none'),
      precondition: preconditionOf(operation, intent),
      accept: acceptOf(operation, intent),
      content: bodyOf(operation, values, intent),
      // HEAD is answered as GET is, without the body.
      head: operation.method === 'GET' ? fc.nat(15).map((pick) => pick === 0) : fc.constant(false),
    })
    .map(({ path, query, token, precondition, accept, content, head }) => ({
      operation: id,
      intent,
      method: head ? 'HEAD' : operation.method,
      path,
      query,
      token,
      headers: { ...precondition, ...accept, ...content.headers },
      body: content.body,
    }));
}

/** Known paths with other methods, and paths that are nearly known. */
function strayRequests(operations: readonly PlacedOperation[]): Arbitrary<FuzzRequest> {
  const tail = fc.constantFrom('', '', '', '/', '.json', '/x', '//', '?', '?a', '%', '/%2e%2e/x');
  return fc
    .record({
      operation: fc.constantFrom(...operations),
      method: fc.constantFrom('DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', 'PROPFIND'),
      tail,
    })
    .map(({ operation, method, tail: end }) => stray(method, plainPath(operation) + end));
}

const stray = (method: string, path: string): FuzzRequest => ({
  operation: '',
  intent: 'hostile',
  method,
  path,
  query: [],
  token: 'own',
  headers: {},
  body: undefined,
});

/** The collection that `{id}` is of: the segment before it. */
function collectionOf(path: string, name: string): string {
  const segments = path.split('/');
  return segments[segments.indexOf(`{${name}}`) - 1] ?? '*';
}

const plainPath = ({ path }: PlacedOperation): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'store_id' ? storeSlot('own') : idSlot(collectionOf(path, name), 0)));

function pathOf(operation: PlacedOperation, values: Values, intent: Intent): Arbitrary<string> {
  const segments = operation.path.split('/').map((segment): Arbitrary<string> => {
    if (!segment.startsWith('{')) return fc.constant(segment);
    const name = segment.slice(1, -1);
    const good = name === 'store_id' ? fc.constant<string>(storeSlot('own')) : goodSegment(operation, name, values);
    if (intent === 'valid') return good;
    const others = [
      fc.constantFrom(...hostileSegments),
      fc.constant<string>(storeSlot('other')),
      fc.nat(20).map((pick) => idSlot('*', pick)),
    ];
    return fc.oneof({ weight: 12, arbitrary: good }, { weight: intent === 'nearly' ? 1 : 3, arbitrary: fc.oneof(...others) });
  });
  return fc.tuple(...segments).map((made) => made.join('/'));
}

function goodSegment({ path, parameters }: PlacedOperation, name: string, values: Values): Arbitrary<string> {
  const schema = parameters.find((parameter) => parameter.name === name)?.schema;
  if (schema?.['pattern'] !== '^[0-9a-f]{24}$') {
    const text = values.valid(schema ?? {}).map((value) => encodeURIComponent(Buffer.from(String(value)).toString()));
    const examples = (schema?.['enum'] ?? schema?.['examples'] ?? []) as readonly string[];
    return examples.length === 0 ? text : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples.map(encodeURIComponent)) }, text);
  }
  return fc.nat(60).map((pick) => idSlot(collectionOf(path, name), pick));
}

function queryOf({ id, parameters }: PlacedOperation, values: Values, intent: Intent): Arbitrary<FuzzRequest['query']> {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = known.map(({ name, schema }): Arbitrary<readonly (readonly [string, string])[]> => {
    const good = name === 'after' ? fc.nat(9).map((pick) => cursorSlot(id, pick) as string) : values.valid(schema).map(asText);
    const value = intent === 'valid' ? good : fc.oneof(good, values.nearly(schema).map(asText), hostileText);
    const once = value.map((text) => [[name, inQuery(text)] as const]);
    const twice = fc.tuple(value, value).map((both) => both.map((text) => [name, inQuery(text)] as const));
    return fc.oneof(
      { weight: 6, arbitrary: fc.constant([]) },
      { weight: 5, arbitrary: once },
      ...(intent === 'valid' ? [] : [{ weight: 1, arbitrary: twice }]),
    );
  });
  const unknown = fc.constantFrom<FuzzRequest['query']>(
    [],
    [],
    [],
    [],
    [],
    [['nonsense', '1']],
    [['__proto__', 'x']],
    [['', '']],
    [['a[b]', 'c']],
  );
  return fc.tuple(intent === 'valid' ? fc.constant([]) : unknown, ...pairs).map((lists) => lists.flat());
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
/** Slots are left as they are: what fills them needs no encoding. Half a surrogate pair cannot be encoded. */
const inQuery = (text: string): string => (text.startsWith('⟦') ? text : encodeURIComponent(Buffer.from(text).toString()));

function preconditionOf({ parameters }: PlacedOperation, intent: Intent): Arbitrary<Readonly<Record<string, string>>> {
  if (!parameters.some(({ name }) => name === 'If-Match')) return fc.constant({});
  const current = fc.constant<string>(etagSlot);
  const value =
    intent === 'valid'
      ? fc.oneof(current, fc.constant('*'))
      : fc.oneof(current, fc.constantFrom('"1"', 'W/"3"', '"x"', '""', '1, 2', '"99999999999999999999"'));
  return fc
    .option(value, { nil: undefined, freq: 2 })
    .map((text): Readonly<Record<string, string>> => (text === undefined ? {} : { 'if-match': text }));
}

/** One of the media types that a success may have; sometimes none that it has. */
function acceptOf({ answers }: PlacedOperation, intent: Intent): Arbitrary<Readonly<Record<string, string>>> {
  const media = [...answers.values()].flatMap(({ answer }) => Object.keys(answer.content ?? {}));
  const odd = intent === 'valid' ? [] : ['image/png', '*/*;q=0', 'text/plain;q=x', ','];
  return fc
    .option(fc.constantFrom(...media, ...odd), { nil: undefined, freq: 2 })
    .map((accept): Readonly<Record<string, string>> => (accept === undefined ? {} : { accept }));
}

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: FuzzRequest['body'];
}
const none: Content = { headers: {}, body: undefined };
const json = (body: FuzzRequest['body'], type = 'application/json'): Content => ({ headers: { 'content-type': type }, body });

function bodyOf({ method, body }: PlacedOperation, values: Values, intent: Intent): Arbitrary<Content> {
  if (body === undefined) return intent === 'hostile' && method !== 'GET' ? hostileContent : fc.constant(none);
  const written = (value: Arbitrary<unknown>): Arbitrary<Content> => value.map((made) => json(JSON.stringify(made)));
  switch (intent) {
    case 'valid':
      return body.required
        ? written(values.valid(body.schema))
        : fc.oneof({ weight: 3, arbitrary: written(values.valid(body.schema)) }, fc.constant(none));
    case 'nearly':
      return written(values.nearly(body.schema));
    case 'hostile':
      return fc.oneof(written(hostileMembers(values, body.schema)), hostileContent);
  }
}

/** A fitting body, one of whose members is a stranger. */
function hostileMembers(values: Values, schema: Parameter['schema']): Arbitrary<unknown> {
  const members = Object.keys(values.merged(schema)['properties'] ?? {});
  const name = members.length === 0 ? hostileText : fc.oneof(fc.constantFrom(...members), hostileText);
  return fc
    .tuple(values.valid(schema), name, hostileValue)
    .map(([value, member, stranger]) => ({ ...(value as object), [member]: stranger }));
}

const hostileContent: Arbitrary<Content> = fc.oneof(
  fc.constantFrom(...hostileBodies).map((body) => json(body)),
  fc.tuple(fc.constantFrom(...hostileContentTypes), fc.constantFrom('{}', '{"name":"a"}', '')).map(([type, body]) => ({
    headers: type === undefined ? {} : { 'content-type': type },
    body,
  })),
);
