import type { ErrorCode, HttpSchemaName, JsonSchema, QueryParameterName } from '@crossdock/contracts';
import { SetMetadata } from '@nestjs/common';

/** What the document says of a handler beyond what its decorators say already: method, path, status, guards and form of errors. */
export interface OperationFacts {
  /** `resource.verb`; of a handler with several paths, one for each. */
  readonly id: string | readonly string[];
  /** What it does, as a sentence without its full stop. */
  readonly summary: string;
  readonly description?: string;
  /** Schemas of parameters of the path that are no ids. */
  readonly path?: Readonly<Record<string, JsonSchema>>;
  readonly query?: readonly QueryParameterName[];
  readonly body?: RequestBody;
  /** What a success is; without it, it has no content. */
  readonly answer?: HttpSchemaName | JsonSchema;
  /** Of the answer; JSON unless said otherwise. */
  readonly media?: string;
  /** With `Accept: text/plain` the answer is lines to read. */
  readonly plain?: true;
  /** Answers of other statuses, without or with content. */
  readonly also?: Readonly<Record<number, HttpSchemaName | 'nothing'>>;
  /** Codes that the handler itself can answer with. What its guards and its body can answer with is added. */
  readonly errors?: readonly ErrorCode[];
  /** `shown`: the answer has the ETag of a revision. `expected`: the request may name one, and the answer has the ETag unless it is empty. */
  readonly revision?: 'shown' | 'expected';
  /** Whose token it takes, where no guard says so. */
  readonly access?: 'store';
  readonly deprecated?: true;
}

export interface RequestBody {
  readonly schema: HttpSchemaName;
  /** It may also stand in an object under this name, as the original's clients send it. */
  readonly under?: string;
  readonly optional?: true;
}

export const OPERATION = Symbol('Operation');

/** Describes a route in the OpenAPI document. A route without does not pass openapi.spec.ts. */
export const Operation = (facts: OperationFacts): MethodDecorator => SetMetadata(OPERATION, facts);
