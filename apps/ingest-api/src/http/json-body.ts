import type { ErrorCode } from '@crossdock/contracts';
import { isJsonObject, scanObject, type FieldProblem, type JsonObject } from '@crossdock/core';
import { messageOf } from '@crossdock/kit';
import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { HttpError, refusal } from './http-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A body as it came: an object of JSON, or an HttpError that says what else it is. */
export function readJsonObject(body: unknown): JsonObject {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new HttpError('body_not_json', { detail: 'The body is empty.' });
  // Before the parser, and before whoever walks through the value.
  const scanned = scanObject(body);
  if (!scanned.ok && scanned.problem === 'too_deep') {
    throw new HttpError('body_too_deep', { detail: `The body is nested too deeply at byte ${scanned.at}.` });
  }
  const value = parse(textOf(body));
  if (isJsonObject(value)) return value;
  throw new HttpError('body_not_object', { detail: `The body is ${Array.isArray(value) ? 'an array' : 'a single value'}.` });
}

function textOf(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw new HttpError('body_encoding', { detail: 'The body is not valid UTF-8.', cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError('body_not_json', { detail: `The body is not JSON: ${messageOf(cause)}.`, cause });
  }
}

/** The body as an instance of the class, unknown members left out; everything that is wrong with it is told at once, under the code. */
export function readBody<T extends object>(dto: Type<T>, code: ErrorCode, body: unknown): T {
  return checkBody(instanceOf(dto, code, readJsonObject(body)), code);
}

/** An instance that was made of a body, as it is if nothing is wrong with it. */
export function checkBody<T extends object>(instance: T, code: ErrorCode): T {
  const violations = validateSync(instance, { whitelist: true, stopAtFirstError: false, forbidUnknownValues: true });
  if (violations.length === 0) return instance;
  throw refusal(
    code,
    violations.flatMap((violation) => problemsOf(violation, '', code)),
  );
}

function instanceOf<T extends object>(dto: Type<T>, code: ErrorCode, value: JsonObject): T {
  try {
    return plainToInstance(dto, value);
  } catch {
    // The library calls what an object inside names `constructor`.
    const reason = 'An object inside has a member `constructor`, which no request has.';
    throw refusal(code, [{ pointer: '', code, reason, hint: 'Leave it out.' }]);
  }
}

function problemsOf({ property, constraints, children }: ValidationError, parent: string, code: ErrorCode): FieldProblem[] {
  // Of an object where a list should be, the library names no member, whatever its types say.
  const name = property as string | undefined;
  const pointer = name === undefined ? parent : `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.values(constraints ?? {}).map((text) => ({
    pointer,
    code,
    reason: sentence(text),
    hint: 'Correct it and send the request again.',
  }));
  return [...own, ...(children ?? []).flatMap((child) => problemsOf(child, pointer, code))];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

interface BodyKind {
  readonly dto: Type<object>;
  readonly code: ErrorCode;
}

const body = createParamDecorator((kind: BodyKind | undefined, context: ExecutionContext): object => {
  const { body: bytes } = context.switchToHttp().getRequest<FastifyRequest>();
  return kind === undefined ? readJsonObject(bytes) : readBody(kind.dto, kind.code, bytes);
});

/** The request's body, checked against a class of class-validator's decorators. Refused bodies carry the code. */
export const JsonBody = (dto: Type<object>, code: ErrorCode): ParameterDecorator => body({ dto, code });

/** The request's body as a JSON object, to be checked by whoever takes it. */
export const JsonObjectBody = (): ParameterDecorator => body(undefined);
