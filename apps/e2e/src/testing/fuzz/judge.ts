import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument, CodesByStatus, PlacedAnswer, PlacedOperation, Schema } from './api-document.ts';
import type { FuzzRequest } from './requests.ts';
import type { FuzzAnswer } from './send.ts';

/** What is wrong with an answer. `kind` tells findings apart, `detail` this very one. */
export interface Complaint {
  readonly kind: string;
  readonly detail: string;
}

const DOCUMENT = 'openapi';
const encoded = (pointer: string): string => pointer.split('/').map(encodeURIComponent).join('/');

/** Holds answers against the document. */
export class Judge {
  readonly #document: ApiDocument;
  readonly #operations: ReadonlyMap<string, PlacedOperation>;
  readonly #withoutRoute: CodesByStatus;
  readonly #ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument, operations: readonly PlacedOperation[]) {
    this.#document = document;
    this.#operations = new Map(operations.map((operation) => [operation.id, operation]));
    this.#withoutRoute = document['x-answers-without-route'];
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, DOCUMENT);
  }

  /** What is wrong with the answer; undefined if nothing is. */
  complaint(request: FuzzRequest, answer: FuzzAnswer): Complaint | undefined {
    const { status } = answer;
    if (status >= 500) return { kind: `status ${status}`, detail: answer.text.slice(0, 500) };
    const parsed = answer.text === '' ? undefined : parse(answer.text);
    const code = codeOf(parsed);
    if (this.#withoutRoute[String(status)]?.includes(code ?? '') === true || (request.method === 'HEAD' && status in this.#withoutRoute)) {
      return request.method === 'HEAD' ? emptiness(answer) : this.#refusalWithoutRoute(answer, parsed);
    }
    const operation = this.#operations.get(request.operation);
    // A stray request may have met a route.
    if (operation === undefined) return undefined;
    const documented = operation.answers.get(status);
    if (documented === undefined) return { kind: `status ${status} is not documented`, detail: answer.text.slice(0, 500) };
    return request.method === 'HEAD' ? emptiness(answer) : this.#answerOf(operation, documented, answer, parsed, code);
  }

  #answerOf(
    operation: PlacedOperation,
    { answer: documented, pointer }: PlacedAnswer,
    answer: FuzzAnswer,
    parsed: unknown,
    code: string | undefined,
  ): Complaint | undefined {
    const { status, headers } = answer;
    for (const name of Object.keys(documented.headers ?? {})) {
      if (headers[name.toLowerCase()] === undefined && name !== 'Retry-After')
        return { kind: `${status} lacks ${name}`, detail: JSON.stringify(headers) };
    }
    const content = documented.content;
    if (content === undefined) return answer.text === '' ? undefined : { kind: `${status} has content`, detail: answer.text.slice(0, 500) };
    const media = (headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    if (!Object.hasOwn(content, media)) return { kind: `${status} has the content type "${media}"`, detail: answer.text.slice(0, 500) };
    if (media.startsWith('text/')) return answer.text === '' ? { kind: `${status} is empty`, detail: '' } : undefined;
    if (parsed === undefined) return { kind: `${status} is no JSON`, detail: answer.text.slice(0, 500) };
    const wrong = this.#misfit(`${pointer}/content/${media.replaceAll('~', '~0').replaceAll('/', '~1')}/schema`, parsed);
    if (wrong !== undefined) return { kind: `${status} does not fit its schema: ${wrong}`, detail: answer.text.slice(0, 2_000) };
    if (status < 400 || operation.codes[String(status)]?.includes(code ?? '') === true) return undefined;
    return { kind: `${status} with the code ${code} is not documented`, detail: answer.text.slice(0, 500) };
  }

  /** In either form. */
  #refusalWithoutRoute(answer: FuzzAnswer, parsed: unknown): Complaint | undefined {
    const problem = (answer.headers['content-type'] ?? '').startsWith('application/problem+json');
    const wrong = this.#misfit(`/components/schemas/${problem ? 'Problem' : 'Error'}`, parsed);
    if (wrong !== undefined)
      return { kind: `${answer.status} without a route does not fit its schema: ${wrong}`, detail: answer.text.slice(0, 500) };
    if (answer.status === 405 && answer.headers.allow === undefined) return { kind: '405 lacks Allow', detail: answer.text.slice(0, 500) };
    return undefined;
  }

  /** What does not fit, without the values: the same for all answers that are wrong in the same way. */
  #misfit(pointer: string, value: unknown): string | undefined {
    if (this.#errorsOf(pointer, value).length === 0) return undefined;
    // Of what it may be instead of each other, what it is most like tells.
    const [closest] = this.#choicesAt(pointer)
      .map((choice) => this.#errorsOf(choice, value))
      .toSorted((a, b) => a.length - b.length);
    const first = (closest ?? this.#errorsOf(pointer, value))[0];
    const where = (first?.instancePath ?? '').replaceAll(/\/\d+/g, '/*');
    return `${where === '' ? 'the whole' : where} ${first?.message} ${JSON.stringify(first?.params)}`;
  }

  #errorsOf(pointer: string, value: unknown): readonly ErrorObject[] {
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `${DOCUMENT}#${encoded(pointer)}` });
    this.#compiled.set(pointer, validate);
    return validate(value) ? [] : (validate.errors ?? []);
  }

  /** The pointers of a schema's alternatives; itself if there are none. */
  #choicesAt(pointer: string): readonly string[] {
    const schema = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>(
        (at, name) => (at as Schema | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
        this.#document,
      ) as Schema;
    const { $ref, oneOf, anyOf } = schema;
    if (typeof $ref === 'string') return this.#choicesAt($ref.slice(1));
    const [keyword, choices] = Array.isArray(oneOf) ? ['oneOf', oneOf] : ['anyOf', anyOf];
    return Array.isArray(choices) ? choices.map((_, index) => `${pointer}/${keyword}/${index}`) : [pointer];
  }
}

const emptiness = (answer: FuzzAnswer): Complaint | undefined =>
  answer.text === '' ? undefined : { kind: 'HEAD has content', detail: answer.text.slice(0, 500) };

/** JSON, or undefined. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of an error's body. */
export function codeOf(parsed: unknown): string | undefined {
  if (typeof parsed !== 'object' || parsed === null || !('code' in parsed)) return undefined;
  return typeof parsed.code === 'string' ? parsed.code : undefined;
}

/** The first field that an error's body names, in either form. */
export function fieldOf(parsed: unknown): string {
  const { errors } = (parsed ?? {}) as { readonly errors?: unknown };
  if (Array.isArray(errors))
    return ` ${String((errors[0] as { readonly pointer?: unknown } | undefined)?.pointer)}`.replaceAll(/\d+/g, '*');
  return typeof errors === 'object' && errors !== null ? ` ${Object.keys(errors)[0]?.replaceAll(/\d+/g, '*')}` : '';
}
