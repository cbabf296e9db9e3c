import { typeAliases } from '@crossdock/contracts';
import { foldMessage, type HubEvent, type MessageReceived, type NewEvent, type RegisteredSchema } from '@crossdock/core';
import { MemoryRegistry } from '@crossdock/core/memory';
import {
  accepted,
  beginning,
  bytesOf,
  finding,
  invalid,
  messageArchived,
  openMemoryWorld,
  received,
  store as storeEvents,
  storeId,
  validated,
  type MemoryProcess,
} from '@crossdock/core/testing';
import { sha256 } from '@crossdock/kit';
import type { FastifyReply } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { HttpError } from '../http/http-error.ts';
import { ResubmissionsController, type ResubmissionCheck, type ResubmittedAnswer } from './resubmissions.controller.ts';
import { Resubmissions } from './resubmissions.ts';

const now = beginning + 60_000;
const idOf = (n: number): string => `6b000000000000000000${n.toString(16).padStart(4, '0')}`;
const message = (n: number, payload: string, facts: Partial<MessageReceived> = {}): NewEvent => ({
  stream: idOf(n),
  version: 1,
  at: beginning,
  payload: bytesOf(payload),
  event: received({ root: idOf(n), ...facts }),
});
const later = (n: number, version: number, event: HubEvent): NewEvent => ({ stream: idOf(n), version, at: beginning, event });

let hub: MemoryProcess;
let registry: MemoryRegistry;
let controller: ResubmissionsController;
beforeEach(async () => {
  hub = (await openMemoryWorld()).one;
  registry = new MemoryRegistry(hub.unitOfWork, typeAliases);
  controller = new ResubmissionsController(new Resubmissions(hub.unitOfWork, hub.log, hub.received, registry, sha256, () => now));
});

interface Asked {
  readonly query?: Record<string, unknown>;
  readonly store?: string;
}

async function resubmit(
  n: number,
  body: string,
  { query = {}, store = storeId }: Asked = {},
): Promise<readonly [number, ResubmittedAnswer]> {
  let status = 0;
  const reply = { status: (code: number): void => void (status = code) } as unknown as FastifyReply;
  const answer = await controller.resubmit(store, idOf(n), query, Buffer.from(body), { by: 'ann' }, reply);
  return [status, answer as ResubmittedAnswer];
}

async function refused(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return error instanceof HttpError ? error.code : `not refused: ${JSON.stringify(error)}`;
}

const storeInvalid = (n: number, facts: Partial<MessageReceived> = {}): Promise<void> =>
  storeEvents(hub, [message(n, '{"order":7}', facts), later(n, 2, { ...invalid(finding('/order')), root: idOf(n) })], 1);
const eventsOf = (id: string): readonly HubEvent[] => hub.log.events(id).map(({ event }) => event);

describe('a message that is invalid', () => {
  it('is sent again as a child of its own, byte for byte, in the shard of its lineage', async () => {
    await storeInvalid(1, { source: 'shop', attributes: { a: 1 } });
    const payload = '{ "order": {"number":"R1", "total": 12345678901234567890.10} }';
    const [status, answer] = await resubmit(1, `{"ticket":"T7","payload":${payload},"message_id":"mine"}`);
    const child = answer.message_id;
    expect([status, answer]).toEqual([
      201,
      {
        message_id: expect.stringMatching(/^6b000000[0-9a-f]{16}$/) as string,
        message: 'order:new',
        parent_id: idOf(1),
        root_id: idOf(1),
        repeated: false,
        diff: [{ op: 'replace', path: '/order', value: { number: 'R1', total: 12345678901234567000 } }],
        diff_omitted: 0,
      },
    ]);
    expect(hub.log.events(child)).toEqual([
      {
        stream: child,
        version: 1,
        at: now,
        shard: 1,
        position: 4,
        event: {
          ...received({ root: idOf(1), parent: idOf(1), source: 'shop', bytes: payload.length }),
          origin: 'edit',
          attributes: { ticket: 'T7', client_message_id: 'mine', edited_from: idOf(1), diff: answer.diff },
        },
      },
    ]);
    const stored = (await hub.received.get([child])).get(child)?.payload ?? new Uint8Array();
    expect(Buffer.from(stored).toString()).toBe(payload);
    expect(eventsOf(idOf(1))[2]).toEqual({
      type: 'message.resubmitted',
      store: storeId,
      root: idOf(1),
      message: 'order:new',
      child,
      by: 'ann',
    });
    expect(foldMessage(hub.log.events(idOf(1))).status).toBe('invalid');
  });

  it('is one message, however often the same is sent, and another one for another payload or type', async () => {
    await storeInvalid(1);
    const [first, second] = await Promise.all([resubmit(1, '{"payload":{"order":{}}}'), resubmit(1, '{"payload":{"order":{}}}')]);
    const third = await resubmit(1, '{"payload":{"order":{}},"message":"order:new"}');
    expect([first[0], second[0], third[0]].toSorted((a, b) => a - b)).toEqual([200, 200, 201]);
    expect([second[1], third[1]].map(({ message_id: id }) => id)).toEqual([first[1].message_id, first[1].message_id]);
    expect(eventsOf(idOf(1))).toHaveLength(3);
    const [, other] = await resubmit(1, '{"payload":{"order":{} }}');
    const [, typed] = await resubmit(1, '{"payload":{"order":{}},"message":"order:updated"}');
    expect(new Set([first[1].message_id, other.message_id, typed.message_id]).size).toBe(3);
    expect(typed.message).toBe('order:updated');
    expect(eventsOf(idOf(1))).toHaveLength(5);
  });

  it('can be checked before, and nothing is stored', async () => {
    const schema: RegisteredSchema = {
      type: 'order:new',
      version: 3,
      check: (_payload, bytes) => ({ errors: [finding('/order/number', `${bytes} bytes without a number.`)], warnings: [] }),
    };
    await registry.save(storeId, { schemas: [schema] });
    await storeInvalid(1);
    const head = hub.log.head(1);
    const [status, answer] = await resubmit(1, '{"payload":{"order":{}}}', { query: { check: 'true' } });
    expect([status, answer as unknown as ResubmissionCheck]).toEqual([
      200,
      {
        message: 'order:new',
        valid: false,
        errors: [finding('/order/number', '12 bytes without a number.')],
        warnings: [expect.objectContaining({ pointer: '/order/number', code: 'identity_missing' })],
        schema: { type: 'order:new', version: 3 },
        diff: [{ op: 'replace', path: '/order', value: {} }],
        diff_omitted: 0,
      },
    ]);
    expect(hub.log.head(1)).toBe(head);
  });
});

it('sends again what was archived by hand, too', async () => {
  await storeEvents(hub, [message(1, '{}'), later(1, 2, messageArchived('ann'))]);
  expect((await resubmit(1, '{"payload":{"order":{}}}'))[0]).toBe(201);
});

describe('what is refused', () => {
  beforeEach(async () => {
    await storeInvalid(1);
    await storeEvents(hub, [message(2, '{}')]);
    await storeEvents(hub, [message(3, '{}'), later(3, 2, validated())]);
    await storeEvents(hub, [later(4, 1, accepted())]);
  });

  it.each<[string, number, string, Asked, string]>([
    ['what there is not', 9, '{"payload":{}}', {}, 'message_not_found'],
    ['another store’s', 1, '{"payload":{}}', { store: '5f00000000000000000000aa' }, 'message_not_found'],
    ['what was just received', 2, '{"payload":{}}', {}, 'message_not_correctable'],
    ['what waits to be routed', 3, '{"payload":{}}', {}, 'message_not_correctable'],
    ['a delivery', 4, '{"payload":{}}', {}, 'message_not_correctable'],
    ['no payload', 1, '{}', {}, 'payload_missing'],
    ['a payload that is none', 1, '{"payload":[]}', {}, 'payload_not_object'],
    ['a type that is none', 1, '{"payload":{},"message":"Order"}', {}, 'message_type_illegal'],
    ['no JSON', 1, '{"payload":', {}, 'body_not_json'],
    ['another store’s name', 1, '{"payload":{},"store_id":"5f00000000000000000000aa"}', {}, 'store_id_mismatch'],
    ['a word that is neither yes nor no', 1, '{"payload":{}}', { query: { check: 'maybe' } }, 'query_invalid'],
  ])('%s', async (_what, n, body, asked, code) => {
    const heads = [hub.log.head(0), hub.log.head(1)];
    expect(await refused(resubmit(n, body, asked))).toBe(code);
    expect([hub.log.head(0), hub.log.head(1)]).toEqual(heads);
  });

  it('what is no id', async () => {
    const reply = {} as unknown as FastifyReply;
    expect(await refused(controller.resubmit(storeId, 'me', {}, Buffer.from('{}'), {}, reply))).toBe('message_not_found');
  });
});
