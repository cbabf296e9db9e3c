import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OwnRoute } from '../http/own-route.ts';
import { ApiDocs, type DocumentName } from './api-docs.ts';
import { Operation, type OperationFacts } from './operation.ts';

const page: Pick<OperationFacts, 'also' | 'answer' | 'media'> = {
  answer: { type: 'string', description: 'A page that needs nothing from elsewhere.' },
  media: 'text/html',
  also: { 304: 'nothing' },
};

/** The documentation of the API, for machines and for people. No token. */
@Controller('api')
export class DocsController {
  constructor(private readonly docs: ApiDocs) {}

  @Get('openapi.json')
  @OwnRoute()
  @Operation({
    id: 'docs.openapi',
    summary: 'This document',
    answer: { type: 'object', description: 'An OpenAPI 3.1 document.', additionalProperties: true },
    also: { 304: 'nothing' },
  })
  async openapi(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer('openapi', request, reply);
  }

  @Get('docs')
  @OwnRoute()
  @Operation({ id: 'docs.reference', summary: 'This document, to read', ...page })
  async reference(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer('reference', request, reply);
  }

  @Get('docs/errors')
  @OwnRoute()
  @Operation({ id: 'docs.errors', summary: 'Every error code: what it means, and what to do', ...page })
  async errors(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer('errors', request, reply);
  }

  async #answer(name: DocumentName, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { headers, body } = this.docs.get(name);
    const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    const same = known.includes(headers['etag'] ?? '') || known.includes('*');
    await reply
      .status(same ? 304 : 200)
      .headers(headers)
      .send(same ? undefined : body);
  }
}
