import type { JsonObject } from '@crossdock/core';
import { Controller, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { negotiated } from '../http/accept.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { OwnRoute } from '../http/own-route.ts';
import { mappingProblems } from '../mappings/mapping-problems.ts';
import { Operation } from '../openapi/operation.ts';
import { readMappingTest } from './mapping-test.dto.ts';
import { MappingTests } from './mapping-test.ts';
import { mappingTestText } from './mapping-test-view.ts';

/** Tests a mapping before it is saved. */
@Controller('api/stores/:store_id/mappings')
@UseGuards(StoreGuard)
export class MappingTestController {
  constructor(private readonly tests: MappingTests) {}

  @Post('test')
  @HttpCode(200)
  @OwnRoute()
  @Operation({
    id: 'mapping.test',
    summary: 'What a mapping would do with messages, without saving it',
    description:
      'With an `id` in it the mapping is a change of the saved one, and compared with that. Of messages with the same identifiers the first is sent; identifiers of earlier deliveries do not count.',
    plain: true,
    body: { schema: 'MappingTest' },
    answer: 'MappingTestOutcome',
    errors: ['mapping_test_invalid', 'mapping_not_found', ...mappingProblems],
  })
  async test(
    @Param('store_id') store: string,
    @JsonObjectBody() body: JsonObject,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const view = await this.tests.run(store, readMappingTest(body));
    return negotiated(request, reply, view, () => mappingTestText(view));
  }
}
