import { listOfRef, type ErrorCode } from '@crossdock/contracts';
import type { Change, IntegrationStore, IntegrationView, JsonObject } from '@crossdock/core';
import { INTEGRATION_STORE } from '@crossdock/kit';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { tagged } from '../http/etag.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { notFound, removedOr, savedOr, type Subject } from '../http/outcome.ts';
import { OwnRoute } from '../http/own-route.ts';
import { RequestedChange } from '../http/requested-change.ts';
import { unwrap } from '../http/unwrap.ts';
import { Operation } from '../openapi/operation.ts';

/** What can be wrong with an integration that is to be saved. */
const integrationProblems: readonly ErrorCode[] = [
  'integration_invalid',
  'integration_name_taken',
  'integration_url_invalid',
  'integration_url_blocked',
];
const subject: Subject = { noun: 'integration', invalid: 'integration_invalid', notFound: 'integration_not_found' };
const signupSubject: Subject = { ...subject, invalid: 'signup_invalid' };

@Controller('api/stores/:store_id/integrations')
@UseGuards(StoreGuard)
export class IntegrationsController {
  readonly #integrations: IntegrationStore;

  constructor(@Inject(INTEGRATION_STORE) integrations: IntegrationStore) {
    this.#integrations = integrations;
  }

  @Get()
  @Operation({
    id: 'integration.list',
    summary: 'All integrations of the store, by name',
    answer: listOfRef('Integration', 'The integrations.'),
  })
  async list(@Param('store_id') store: string): Promise<readonly IntegrationView[]> {
    return await this.#integrations.list(store);
  }

  @Get(':id')
  @Operation({
    id: 'integration.show',
    summary: 'One integration',
    answer: 'Integration',
    revision: 'shown',
    errors: ['integration_not_found'],
  })
  async show(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    const found = await this.#integrations.get(store, id);
    if (found === undefined) throw notFound(subject);
    return tagged(reply, found);
  }

  /** Answers at once; the description is read in the background. */
  @Post()
  @Operation({
    id: 'integration.create',
    summary: 'Make an integration',
    description: 'Its description is read in the background.',
    body: { schema: 'IntegrationInput', under: 'integration' },
    answer: 'Integration',
    revision: 'shown',
    errors: integrationProblems,
  })
  async create(
    @Param('store_id') store: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return tagged(reply, savedOr(subject, await this.#integrations.create(store, unwrap(body, 'integration'), change)));
  }

  /** What the body leaves out stays as it is. */
  @Put(':id')
  @Operation({
    id: 'integration.update',
    summary: 'Change an integration; its mappings follow',
    body: { schema: 'IntegrationUpdate', under: 'integration' },
    answer: 'Integration',
    revision: 'expected',
    errors: ['integration_not_found', 'mapping_name_taken', ...integrationProblems],
  })
  async update(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return tagged(reply, savedOr(subject, await this.#integrations.update(store, id, unwrap(body, 'integration'), change)));
  }

  @Delete(':id')
  @Operation({
    id: 'integration.remove',
    summary: 'Remove an integration, with its mappings',
    revision: 'expected',
    errors: ['integration_not_found'],
  })
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string, @RequestedChange() change: Change): Promise<void> {
    removedOr(subject, await this.#integrations.remove(store, id, change));
  }

  /** The description is read again, soon. */
  @Post(':id/refresh')
  @Operation({
    id: 'integration.refresh',
    summary: 'Read its description again, soon',
    answer: 'Integration',
    revision: 'shown',
    errors: ['integration_not_found'],
  })
  @OwnRoute()
  @HttpCode(202)
  async refresh(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return tagged(reply, savedOr(subject, await this.#integrations.refresh(store, id)));
  }

  /** Makes or updates the mappings of all services, and the parameters that they require: all of it, or nothing. */
  @Post(':id/signup')
  @Operation({
    id: 'integration.sign_up',
    summary: 'Make mappings of its services, and parameters of what they need: all of it, or nothing',
    body: { schema: 'Signup' },
    answer: 'Integration',
    revision: 'expected',
    errors: [
      'integration_not_found',
      'integration_not_ready',
      'signup_invalid',
      'signup_parameter_missing',
      'signup_service_unknown',
      'signup_service_required',
      'parameter_value_mismatch',
      'mapping_name_taken',
      'state_changed',
    ],
  })
  async signup(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return tagged(reply, savedOr(signupSubject, await this.#integrations.signup(store, id, body, change)));
  }

  /** The original's way; a GET that changes something is kept for its clients. */
  @Get(':id/enable_mappings')
  @Operation({
    id: 'integration.enable_mappings_by_get',
    summary: 'Switch all its mappings on',
    answer: 'Integration',
    revision: 'expected',
    errors: ['integration_not_found'],
    deprecated: true,
  })
  async enable(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return tagged(reply, savedOr(subject, await this.#integrations.switchMappings(store, id, true, change)));
  }

  @Put(':id/enable_mappings')
  @Operation({
    id: 'integration.enable_mappings',
    summary: 'Switch all its mappings on',
    answer: 'Integration',
    revision: 'expected',
    errors: ['integration_not_found'],
  })
  @OwnRoute()
  async enableByPut(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return await this.enable(store, id, change, reply);
  }

  @Get(':id/disable_mappings')
  @Operation({
    id: 'integration.disable_mappings_by_get',
    summary: 'Switch all its mappings off',
    answer: 'Integration',
    revision: 'expected',
    errors: ['integration_not_found'],
    deprecated: true,
  })
  async disable(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return tagged(reply, savedOr(subject, await this.#integrations.switchMappings(store, id, false, change)));
  }

  @Put(':id/disable_mappings')
  @Operation({
    id: 'integration.disable_mappings',
    summary: 'Switch all its mappings off',
    answer: 'Integration',
    revision: 'expected',
    errors: ['integration_not_found'],
  })
  @OwnRoute()
  async disableByPut(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationView> {
    return await this.disable(store, id, change, reply);
  }
}
