import { setTimeout as pause } from 'node:timers/promises';
import { isMessageType, maxMessageTypeLength, messageTypePattern, type ErrorCode } from '@crossdock/contracts';
import {
  SCHEMALESS_TRUST_MS,
  boundedText,
  isJsonObject,
  type Change,
  type Finding,
  type JsonObject,
  type JsonValue,
  type SchemaStore,
  type SchemaSummary,
  type SchemaTrial,
  type SchemaVersion,
  type SchemaView,
} from '@crossdock/core';
import { SCHEMA_STORE } from '@crossdock/kit';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { cursorOf, pageOfList } from '../http/cursor.ts';
import { tagged } from '../http/etag.ts';
import { HttpError } from '../http/http-error.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { notFound, removedOr, savedOr, type Subject } from '../http/outcome.ts';
import { OwnRoute } from '../http/own-route.ts';
import { one } from '../http/query.ts';
import { RequestedChange } from '../http/requested-change.ts';
import { Operation } from '../openapi/operation.ts';
import { DEFAULT_LAST, MOST_LAST, SchemaEffects, type SchemaEffect } from './schema-effects.ts';

const subject: Subject = { noun: 'schema', invalid: 'schema_invalid', notFound: 'schema_not_found' };
/** What can be wrong with a schema. */
const schemaProblems: readonly ErrorCode[] = [
  'message_type_illegal',
  'schema_invalid',
  'schema_dialect_unknown',
  'schema_keyword_unsupported',
  'schema_pattern_invalid',
  'schema_reference_lost',
  'schema_reference_remote',
  'schema_reference_endless',
  'schema_too_large',
];
const path = {
  type: {
    type: 'string',
    maxLength: maxMessageTypeLength,
    pattern: messageTypePattern.source,
    description: 'Any name of the type.',
    examples: ['order:new'],
  },
};

export interface SchemasAnswer {
  readonly schemas: readonly SchemaSummary[];
  readonly next: string | null;
}

export interface SchemaVersionsAnswer {
  readonly versions: readonly SchemaVersion[];
  readonly next: string | null;
}

/** What was registered, and what it makes of the newest messages; null where it was the schema already. */
export interface RegisteredSchemaAnswer extends SchemaView {
  readonly effect: SchemaEffect | null;
}

export interface SchemaCheckAnswer {
  readonly type: string;
  /** The version that it was compared with; null where no schema is in use. */
  readonly against: number | null;
  readonly compatible: boolean;
  readonly findings: readonly Finding[];
  readonly remarks: SchemaTrial['remarks'];
  readonly effect: SchemaEffect;
}

/** The schemas that a store's messages are held to, beside the rules of built-in types. */
@Controller('api/stores/:store_id/schemas')
@UseGuards(StoreGuard)
export class SchemasController {
  constructor(
    @Inject(SCHEMA_STORE) private readonly schemas: SchemaStore,
    private readonly effects: SchemaEffects,
  ) {}

  @Get()
  @OwnRoute()
  @Operation({ id: 'schema.list', summary: 'The schemas in use, by type', query: ['After', 'Limit'], answer: 'Schemas' })
  async list(@Param('store_id') store: string, @Query() query: Record<string, unknown>): Promise<SchemasAnswer> {
    const cursor = cursorOf(query, isMessageType);
    return pageOfList('schemas', await this.schemas.list(store, { ...cursor, limit: cursor.limit + 1 }), cursor, ({ type }) => type);
  }

  @Get(':type')
  @OwnRoute()
  @Operation({
    id: 'schema.show',
    summary: 'The schema that messages of a type are held to',
    description: 'With `version` that version of it, also after the schema was removed.',
    path,
    query: ['SchemaVersion'],
    answer: 'Schema',
    revision: 'shown',
    errors: ['schema_not_found', 'query_invalid'],
  })
  async show(
    @Param('store_id') store: string,
    @Param('type') type: string,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchemaView> {
    const version = versionIn(query);
    const found = isMessageType(type) ? await this.schemas.get(store, type, version) : undefined;
    if (found === undefined) throw notFound(subject);
    return tagged(reply, found);
  }

  @Get(':type/versions')
  @OwnRoute()
  @Operation({
    id: 'schema.list_versions',
    summary: 'Every version of a type’s schema, newest first, also after it was removed',
    path,
    query: ['After', 'Limit'],
    answer: 'SchemaVersions',
    errors: ['schema_not_found'],
  })
  async versions(
    @Param('store_id') store: string,
    @Param('type') type: string,
    @Query() query: Record<string, unknown>,
  ): Promise<SchemaVersionsAnswer> {
    const cursor = cursorOf(query, (key) => /^\d{1,9}$/.test(key));
    const { after, limit } = cursor;
    const part = { limit: limit + 1, ...(after === undefined ? {} : { after: Number(after) }) };
    const versions = isMessageType(type) ? await this.schemas.versions(store, type, part) : undefined;
    if (versions === undefined) throw notFound(subject);
    return pageOfList('versions', versions, cursor, ({ version }) => String(version));
  }

  /** The next version; nothing where it is the schema already. */
  @Put(':type')
  @OwnRoute()
  @Operation({
    id: 'schema.register',
    summary: 'Hold messages of a type to a schema',
    description:
      'Makes the next version, in effect for every message that comes in after the answer. Unless `compatibility` is `none`, whatever is valid under the version in use must stay valid. 201 where no schema was in use. Sent again it changes nothing.',
    path,
    body: { schema: 'SchemaInput' },
    answer: 'RegisteredSchema',
    also: { 201: 'RegisteredSchema' },
    revision: 'expected',
    errors: [...schemaProblems, 'schema_incompatible', 'schema_narrowed', 'schema_undecided', 'schema_limit_reached'],
  })
  async register(
    @Param('store_id') store: string,
    @Param('type') type: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegisteredSchemaAnswer> {
    checkType(type);
    const { schema } = body;
    // Before it is in use, so that there is something to compare with.
    const trial = schema === undefined ? undefined : await this.schemas.try(store, type, schema);
    const outcome = await this.schemas.put(store, type, body, change);
    if (outcome.kind === 'incompatible') throw incompatible(outcome.version, outcome.findings);
    const saved = savedOr(subject, outcome);
    void reply.status(saved.isNew ? 201 : 200);
    if (saved.isSame || trial?.kind !== 'saved') return tagged(reply, { ...saved.schema, effect: null });
    // Whoever took the store to have no schemas has looked again by then.
    const [effect] = await Promise.all([this.#effect(store, type, trial.value, DEFAULT_LAST), pause(SCHEMALESS_TRUST_MS)]);
    return tagged(reply, { ...saved.schema, effect });
  }

  @Delete(':type')
  @OwnRoute()
  @Operation({
    id: 'schema.remove',
    summary: 'Hold messages of a type to no schema any more',
    description: 'Its versions are kept; the rules of built-in types hold.',
    path,
    revision: 'expected',
    errors: ['schema_not_found'],
  })
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('type') type: string, @RequestedChange() change: Change): Promise<void> {
    if (!isMessageType(type)) throw notFound(subject);
    removedOr(subject, await this.schemas.remove(store, type, change));
  }

  /** What would come of registering a schema. Nothing is stored. */
  @Post(':type/check')
  @OwnRoute()
  @HttpCode(200)
  @Operation({
    id: 'schema.check',
    summary: 'What a schema would change, without registering it',
    description: 'What speaks against it beside the version in use, and what it makes of the newest messages of the type.',
    path,
    body: { schema: 'SchemaCheckInput' },
    answer: 'SchemaCheck',
    errors: schemaProblems,
  })
  async check(
    @Param('store_id') store: string,
    @Param('type') type: string,
    @JsonObjectBody() body: JsonObject,
  ): Promise<SchemaCheckAnswer> {
    checkType(type);
    const { schema, last } = checkInput(body);
    const trial = savedOr(subject, await this.schemas.try(store, type, schema));
    const findings = trial.against?.findings ?? [];
    return {
      type,
      against: trial.against?.version ?? null,
      compatible: findings.length === 0,
      findings,
      remarks: trial.remarks,
      effect: await this.#effect(store, type, trial, last),
    };
  }

  async #effect(store: string, type: string, trial: SchemaTrial, last: number): Promise<SchemaEffect> {
    return await this.effects.of({ store, type, last, before: trial.against?.check, after: trial.check });
  }
}

function checkType(type: string): void {
  if (isMessageType(type)) return;
  throw new HttpError('message_type_illegal', { detail: `\`${boundedText(type, 80)}\` is no type name.` });
}

function versionIn(query: Record<string, unknown>): number | undefined {
  const text = one(query, 'version');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HttpError('query_invalid', { detail: '`version` is no whole number from 1.' });
  return Number(text);
}

function incompatible(version: number, findings: readonly Finding[]): HttpError {
  const detail = `What is valid under version ${version} may be invalid under this schema: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}. Nothing was registered.`;
  return new HttpError('schema_incompatible', { detail, errors: findings });
}

function checkInput({ schema, last = DEFAULT_LAST }: JsonObject): { readonly schema: JsonValue; readonly last: number } {
  if (schema === undefined || (!isJsonObject(schema) && typeof schema !== 'boolean'))
    throw new HttpError('schema_invalid', {
      detail: 'There is no schema. Send a JSON Schema as {"schema": {"type": "object", …}}.',
      field: 'schema',
    });
  if (typeof last !== 'number' || !Number.isInteger(last) || last < 1 || last > MOST_LAST)
    throw new HttpError('schema_invalid', { detail: `\`last\` is no whole number from 1 to ${MOST_LAST}.`, field: 'last' });
  return { schema, last };
}
