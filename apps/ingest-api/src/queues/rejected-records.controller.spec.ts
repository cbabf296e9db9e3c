import type { RejectedRecord, TokenVerifier } from '@crossdock/core';
import { MemoryRejectedRecords } from '@crossdock/core/memory';
import { createLogger, LOGGER, REJECTED_RECORDS, STORE_DIRECTORY, TOKEN_VERIFIER } from '@crossdock/kit';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StoreAccess } from '../auth/store-access.ts';
import { ErrorFilter } from '../http/error.filter.ts';
import { createServer } from '../http/server.ts';
import { RejectedRecordsController } from './rejected-records.controller.ts';

const rejected = new MemoryRejectedRecords();
const store = '5f0000000000000000000001';
const tokens: Readonly<Record<string, Awaited<ReturnType<TokenVerifier['verify']>>>> = {
  admin: { kind: 'admin' },
  own: { kind: 'store', store },
};
const verifier: TokenVerifier = { verify: (token) => Promise.resolve(tokens[token] ?? { kind: 'unknown' }) };

let app: NestFastifyApplication;
beforeAll(async () => {
  const module = await Test.createTestingModule({
    controllers: [RejectedRecordsController],
    providers: [
      StoreAccess,
      { provide: APP_FILTER, useClass: ErrorFilter },
      { provide: LOGGER, useValue: createLogger({ level: 'silent', service: 'test', destination: 2 }) },
      { provide: TOKEN_VERIFIER, useValue: verifier },
      { provide: STORE_DIRECTORY, useValue: {} },
      { provide: REJECTED_RECORDS, useValue: rejected },
    ],
  }).compile();
  const server = createServer({ maxBodyBytes: 100_000 }) as unknown as ConstructorParameters<typeof FastifyAdapter>[0];
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(server), { bodyParser: false, logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  await rejected.add([1, 2, 3].map(record));
});
afterAll(() => app.close());

function record(n: number): RejectedRecord {
  return {
    group: 'router',
    topic: 'crossdock.messages.validated',
    partition: 1,
    offset: `${n}`,
    reason: 'It is no JSON.',
    headers: { pos: 'x' },
    excerpt: 'hello',
    bytes: 5,
    rejectedAt: 1_795_219_200_000 + n,
  };
}
const get = async (path: string, token?: string): Promise<{ readonly status: number; readonly body: unknown }> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await app.inject({ method: 'GET', url: path, headers });
  return { status: answer.statusCode, body: answer.json() };
};
const shown = (n: number): unknown => ({
  step: 'router',
  topic: 'crossdock.messages.validated',
  partition: 1,
  offset: `${n}`,
  reason: 'It is no JSON.',
  headers: { pos: 'x' },
  excerpt: 'hello',
  bytes: 5,
  rejected_at: `2026-11-21T00:00:00.00${n}Z`,
});

it('shows administrators what was rejected, the newest first', async () => {
  expect(await get('/api/rejected_records', 'admin')).toEqual({ status: 200, body: { rejected_records: [shown(3), shown(2), shown(1)] } });
  expect(await get('/api/rejected_records?limit=2', 'admin')).toEqual({ status: 200, body: { rejected_records: [shown(3), shown(2)] } });
});

it.each(['0', '1001', '-1', '2.5', 'x', '99999'])('refuses a limit of %s', async (limit) => {
  const answer = await get(`/api/rejected_records?limit=${limit}`, 'admin');
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'query_invalid', detail: '`limit` is no whole number from 1 to 1000.' },
  });
});

it('is not for stores, nor for strangers', async () => {
  expect((await get('/api/rejected_records', 'own')).status).toBe(403);
  expect((await get('/api/rejected_records', 'nobody')).status).toBe(401);
  expect((await get('/api/rejected_records')).status).toBe(401);
});
