import { readFileSync, writeFileSync } from 'node:fs';
import { catalogue, httpSchemas, isErrorCode } from '@crossdock/contracts';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { sourcesIn } from '../../../../tools/testing/sources.ts';
import { createServer } from '../http/server.ts';
import { ingestApi } from '../service.ts';
import { renderOpenApi } from './render-openapi.ts';

const file = new URL('../../../../openapi.json', import.meta.url);
const document = renderOpenApi(ingestApi.module);
const written = (): string => `${JSON.stringify(document, undefined, 2)}\n`;

const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

/** Codes that the service knows and that are no answers: of the database, told as `storage_unavailable`, and of deliveries. */
const NO_ANSWERS: ReadonlySet<string> = new Set(['append_conflict', 'database_unreachable', 'loop_guard', 'transaction_aborted']);

/** Where redocly's recommended rules do not hold, and why. */
const EXCEPTIONS: readonly { readonly rule: string; readonly at: RegExp }[] = [
  // Probes and documents take nothing that could be wrong.
  {
    rule: 'operation-4xx-response',
    at: /^#\/paths\/(~1(livez|readyz|startupz)|~1api~1(openapi\.json|docs|docs~1errors))\/get\/responses$/,
  },
];
const isException = (ruleId: string, pointer = ''): boolean => EXCEPTIONS.some(({ rule, at }) => rule === ruleId && at.test(pointer));

describe('openapi.json', () => {
  it('is what the code says (UPDATE_DOCS=1 writes it)', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, written());
    expect(readFileSync(file, 'utf8')).toBe(written());
  });

  it('has nothing that the recommended rules of redocly would complain about', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: written(), absoluteRef: 'openapi.json', config });
    const left = problems.filter(({ ruleId, location }) => !isException(ruleId, location[0]?.pointer));
    expect(left.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`)).toEqual([]);
  });

  it('has every route of the server, and no other', async () => {
    expect(
      Object.entries(document.paths)
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
        .sort(),
    ).toEqual(await routesOfTheServer());
  });

  it('has operation ids of the form resource.verb, each once', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('uses every schema that is there', () => {
    const used = new Set([...written().matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect(Object.keys(httpSchemas).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('error codes', () => {
  const documented = new Set(
    [...operations.map((operation) => operation['x-error-codes']), document['x-answers-without-route']].flatMap((codes) =>
      Object.values(codes).flat(),
    ),
  );

  it('of the document are of the catalogue, under their status', () => {
    const all = operations.flatMap((operation) =>
      Object.entries(operation['x-error-codes']).flatMap(([status, codes]) => codes.map((code) => [code, status])),
    );
    expect(all.filter(([code = '', status]) => !isErrorCode(code) || String(catalogue[code].status) !== status)).toEqual([]);
  });

  it('that the service names are on some route', () => {
    const named = sourcesIn('apps/ingest-api/src').flatMap((text) => [...text.matchAll(/'([a-z0-9_]+)'/g)].map(([, word = '']) => word));
    expect(named.filter((word) => isErrorCode(word) && !documented.has(word) && !NO_ANSWERS.has(word))).toEqual([]);
  });
});

async function routesOfTheServer(): Promise<readonly string[]> {
  const found: string[] = [];
  const server = createServer({ maxBodyBytes: 1_000 });
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') found.push(`${each.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  const module = await Test.createTestingModule({ imports: [ingestApi.module] })
    .useMocker(() => ({ start: () => undefined, stop: () => Promise.resolve() }))
    .compile();
  const adapter = new FastifyAdapter(server);
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
  await app.init();
  await app.close();
  return found.sort();
}
