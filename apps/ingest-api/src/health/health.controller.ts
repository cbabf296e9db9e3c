import { PROBES, type Probes } from '@crossdock/kit';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../openapi/operation.ts';

/** `livez`: the process turns. `readyz`: it can do its work. `startupz`: it could once. No token, and `?verbose` shows each check. */
@Controller()
export class HealthController {
  constructor(@Inject(PROBES) private readonly probes: Probes) {}

  @Get('livez')
  @Operation({ id: 'probe.live', summary: 'Whether the process turns', query: ['Verbose'], answer: 'Ready' })
  async live(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, reply);
  }

  @Get('readyz')
  @Operation({
    id: 'probe.ready',
    summary: 'Whether it can do its work',
    query: ['Verbose'],
    answer: 'Ready',
    also: { 503: 'NotReady' },
    errors: ['not_ready'],
  })
  async ready(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, reply);
  }

  @Get('startupz')
  @Operation({
    id: 'probe.started',
    summary: 'Whether it could do its work once',
    query: ['Verbose'],
    answer: 'Ready',
    also: { 503: 'NotReady' },
    errors: ['not_ready'],
  })
  async started(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, reply);
  }

  async #answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const answer = await this.probes.answer(request.url);
    if (answer === undefined) return reply.callNotFound();
    await reply.status(answer.status).headers(answer.headers).send(answer.body);
  }
}
