import type { ErrorCode, JsonSchema } from '@crossdock/contracts';

/** The OpenAPI document, as far as this hub makes use of what OpenAPI has. */
export interface ApiDocument {
  readonly openapi: '3.1.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly security: readonly SecurityRequirement[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path, then by method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: WebhookOperation }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, DocumentedParameter>>;
    readonly headers: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, DocumentedAnswer>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly 'x-answers-without-route': CodesByStatus;
}

export interface Reference {
  readonly $ref: string;
}

export type SecurityRequirement = Readonly<Record<string, readonly never[]>>;
export type CodesByStatus = Readonly<Record<string, readonly ErrorCode[]>>;
type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: object }>>;

export interface WebhookOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly deprecated?: true;
  readonly security: readonly SecurityRequirement[];
  readonly parameters?: readonly (DocumentedParameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  /** By status. */
  readonly responses: Readonly<Record<string, DocumentedAnswer | Reference>>;
}

export interface DocumentedOperation extends WebhookOperation {
  readonly 'x-error-codes': CodesByStatus;
}

export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'header' | 'path' | 'query';
  readonly required?: true;
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface DocumentedAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Content;
}

/** What a reference to a component leads to; what is none, itself. */
export function resolved<T extends object>(components: Readonly<Record<string, T>>, thing: Reference | T): T {
  if (!('$ref' in thing)) return thing;
  const found = components[thing.$ref.replace(/^.*\//, '')];
  if (found === undefined) throw new TypeError(`${thing.$ref} leads nowhere.`);
  return found;
}
