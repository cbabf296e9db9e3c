/** A JSON Schema of the document. */
export type Schema = Readonly<Record<string, unknown>>;

/** As much of an OpenAPI document as is needed to ask and to judge. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Answer>>;
  };
  readonly 'x-answers-without-route': CodesByStatus;
}

export type CodesByStatus = Readonly<Record<string, readonly string[]>>;
interface Reference {
  readonly $ref: string;
}

export interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Answer | Reference>>;
  readonly 'x-error-codes': CodesByStatus;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}

export interface Answer {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** An operation where it is, its references followed. */
export interface PlacedOperation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for its parameters. */
  readonly path: string;
  readonly takesToken: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly schema: Schema; readonly required: boolean } | undefined;
  readonly answers: ReadonlyMap<number, PlacedAnswer>;
  readonly codes: CodesByStatus;
}

export interface PlacedAnswer {
  readonly answer: Answer;
  /** Where it is in the document, as a JSON Pointer. */
  readonly pointer: string;
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const isReference = (thing: object): thing is Reference => '$ref' in thing;

/** What a reference into a group of components leads to. */
function follow<T extends object>(group: Readonly<Record<string, T>>, thing: Reference | T): T {
  if (!isReference(thing)) return thing;
  const found = group[thing.$ref.replace(/^.*\//, '')];
  if (found === undefined) throw new Error(`${thing.$ref} leads nowhere.`);
  return found;
}

/** All operations of the document. */
export function operationsOf({ paths, components }: ApiDocument): readonly PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      takesToken: operation.security.length > 0,
      parameters: (operation.parameters ?? []).map((parameter) => follow(components.parameters, parameter)),
      body: bodyOf(operation),
      answers: new Map(
        Object.entries(operation.responses).map(([status, answer]) => [
          Number(status),
          {
            answer: follow(components.responses, answer),
            pointer: isReference(answer) ? answer.$ref.slice(1) : `/paths/${escaped(path)}/${method}/responses/${status}`,
          },
        ]),
      ),
      codes: operation['x-error-codes'],
    })),
  );
}

function bodyOf({ requestBody }: Operation): PlacedOperation['body'] {
  const schema = requestBody?.content['application/json']?.schema;
  return schema === undefined ? undefined : { schema, required: requestBody?.required === true };
}
