import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServer } from '../http/server.ts';
import { ingestApi } from '../service.ts';
import { API_DOCUMENT, ApiDocs } from './api-docs.ts';
import { DocsController } from './docs.controller.ts';
import { renderOpenApi } from './render-openapi.ts';

let app: NestFastifyApplication;
beforeAll(async () => {
  const module = await Test.createTestingModule({
    controllers: [DocsController],
    providers: [ApiDocs, { provide: API_DOCUMENT, useValue: () => renderOpenApi(ingestApi.module) }],
  }).compile();
  const adapter = new FastifyAdapter(createServer({ maxBodyBytes: 1_000 }));
  app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
  await app.init();
});
afterAll(() => app.close());

it('serves the document', async () => {
  const answer = await app.inject({ method: 'GET', url: '/api/openapi.json' });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(answer.json()).toEqual(JSON.parse(JSON.stringify(renderOpenApi(ingestApi.module))));
});

it.each(['/api/docs', '/api/docs/errors', '/api/docs/'])('serves the page %s', async (url) => {
  const answer = await app.inject({ method: 'GET', url });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(answer.body).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
});

it.each(['/api/openapi.json', '/api/docs', '/api/docs/errors'])('sends %s once to those who keep it', async (url) => {
  const first = await app.inject({ method: 'GET', url });
  const etag = String(first.headers.etag);
  expect(first.headers['cache-control']).toBe('public, max-age=300');
  for (const known of [etag, `"another", W/${etag}`, '*']) {
    const again = await app.inject({ method: 'GET', url, headers: { 'if-none-match': known } });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
  }
  const changed = await app.inject({ method: 'GET', url, headers: { 'if-none-match': '"another"' } });
  expect([changed.statusCode, changed.body]).toEqual([200, first.body]);
  const head = await app.inject({ method: 'HEAD', url });
  expect([head.statusCode, head.body, head.headers.etag]).toEqual([200, '', etag]);
});
