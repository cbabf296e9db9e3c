import {
  childId,
  decideRouting,
  foldMessage,
  matchMappings,
  messageRoot,
  type HubEvent,
  type JsonValue,
  type Mapping,
  type MessageReceived,
  type NewEvent,
  type ParkedRecord,
  type ParkedRecords,
  type TokenVerifier,
} from '@crossdock/core';
import { MemoryRegistry } from '@crossdock/core/memory';
import { beginning, bytesOf, openMemoryWorld, received, storeId, validated, type MemoryProcess } from '@crossdock/core/testing';
import {
  createLogger,
  CLOCK,
  DUE_DELIVERIES,
  EVENT_LOG,
  IDENTIFIERS,
  LOGGER,
  NEW_ID,
  PARKED_RECORDS,
  RECEIVED_MESSAGES,
  REGISTRY,
  REGISTRY_HISTORY,
  sha256,
  SHA256,
  STORE_DIRECTORY,
  TOKEN_VERIFIER,
  UNIT_OF_WORK,
} from '@crossdock/kit';
import type { Provider, Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { StoreAccess } from '../auth/store-access.ts';
import { ErrorFilter } from '../http/error.filter.ts';
import { createServer } from '../http/server.ts';

const unknownId = '5fffffffffffffffffffffff';
export const idOf = (n: number): string => `6b000000000000000000${n.toString(16).padStart(4, '0')}`;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly body: unknown;
}

/** For specs: controllers on a log and a registry in memory, and what a validator and a router would do to them. */
export class MemoryApi {
  readonly hub: MemoryProcess;
  readonly registry: MemoryRegistry;
  readonly #app: NestFastifyApplication;
  readonly #parked: ParkedRecord[];

  private constructor(hub: MemoryProcess, registry: MemoryRegistry, parked: ParkedRecord[], app: NestFastifyApplication) {
    this.hub = hub;
    this.registry = registry;
    this.#parked = parked;
    this.#app = app;
  }

  static async open(
    controllers: readonly Type[],
    providers: readonly Provider[],
    aliases?: (type: string) => readonly string[],
  ): Promise<MemoryApi> {
    const hub = (await openMemoryWorld(() => beginning)).one;
    const registry = new MemoryRegistry(hub.unitOfWork, aliases);
    const parked: ParkedRecord[] = [];
    const values: readonly (readonly [symbol, unknown])[] = [
      [CLOCK, () => beginning],
      [NEW_ID, () => unknownId],
      [SHA256, sha256],
      [LOGGER, createLogger({ level: 'silent', service: 'test', destination: 2 })],
      [UNIT_OF_WORK, hub.unitOfWork],
      [EVENT_LOG, hub.log],
      [RECEIVED_MESSAGES, hub.received],
      [DUE_DELIVERIES, hub.due],
      [IDENTIFIERS, hub.identifiers],
      [PARKED_RECORDS, { list: () => Promise.resolve(parked) } satisfies Partial<ParkedRecords>],
      [REGISTRY, registry],
      [REGISTRY_HISTORY, registry],
      [STORE_DIRECTORY, {}],
      [TOKEN_VERIFIER, { verify: () => Promise.resolve({ kind: 'store', store: storeId }) } satisfies TokenVerifier],
    ];
    const module = await Test.createTestingModule({
      controllers: [...controllers],
      providers: [
        StoreAccess,
        { provide: APP_FILTER, useClass: ErrorFilter },
        ...values.map(([provide, useValue]) => ({ provide, useValue })),
        ...providers,
      ],
    }).compile();
    const server = createServer({ maxBodyBytes: 1_000_000 }) as unknown as ConstructorParameters<typeof FastifyAdapter>[0];
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(server), { bodyParser: false, logger: false });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new MemoryApi(hub, registry, parked, app);
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    { body, accept }: { readonly body?: unknown; readonly accept?: string } = {},
  ): Promise<Answer> {
    const answer = await this.#app.inject({
      method,
      url: `/api/stores/${storeId}${path}`,
      headers: {
        authorization: 'Bearer own',
        ...(accept === undefined ? {} : { accept }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: json ? answer.json() : undefined };
  }

  /** Makes these all mappings that the store has, at its next revision. */
  configure(...mappings: readonly Mapping[]): Promise<void> {
    return this.registry.save(storeId, { mappings });
  }

  append(...events: readonly NewEvent[]): Promise<void> {
    return this.hub.unitOfWork.run((tx) => this.hub.log.append(tx, 0, events));
  }

  /** Takes a message in. */
  async receive(n: number, payload: JsonValue, facts: Partial<MessageReceived> = {}): Promise<string> {
    const event = received({ root: idOf(n), ...facts });
    await this.append({ stream: idOf(n), version: 1, at: beginning, payload: bytesOf(payload), event });
    return idOf(n);
  }

  /** Adds the next event to a stream. */
  async happen(stream: string, event: HubEvent): Promise<void> {
    const version = this.hub.log.events(stream).length + 1;
    await this.append({ stream, version, at: beginning + version * 1_000, event });
  }

  /** Takes a message in, and has it validated and routed. */
  async route(n: number, payload: JsonValue, facts: Partial<MessageReceived> = {}): Promise<string> {
    const id = await this.receive(n, payload, facts);
    const message = facts.message ?? 'order:new';
    await this.happen(id, { ...validated(), root: facts.root ?? id, message });
    await this.#decide(id, payload, message);
    return id;
  }

  async #decide(id: string, payload: JsonValue, message: string): Promise<void> {
    const snapshot = (await this.registry.snapshots([storeId])).get(storeId);
    const state = foldMessage(this.hub.log.events(id));
    if (snapshot === undefined || state.status !== 'validated') throw new TypeError('There is nothing to route.');
    const { received: event } = state;
    const matched = matchMappings(messageRoot(id, event, payload), snapshot.subscribed.get(message) ?? [], event);
    const deliveryOf = ({ id: mapping }: Mapping): string => childId(sha256, { kind: 'delivery', parent: id, key: mapping });
    await this.hub.unitOfWork.run(async (tx) => {
      const holders = new Map<string, string>();
      for (const { mapping, identifier } of matched.candidates) {
        if (identifier === undefined) continue;
        const [holder = ''] = await this.hub.identifiers.claim(tx, [
          { mapping: mapping.id, key: identifier, delivery: deliveryOf(mapping) },
        ]);
        holders.set(mapping.id, holder);
      }
      const decision = decideRouting(state, {
        matched,
        revision: snapshot.revision,
        deliveryOf: ({ mapping }) => deliveryOf(mapping),
        holderOf: ({ mapping }) => holders.get(mapping.id) ?? deliveryOf(mapping),
      });
      if (decision.kind !== 'decided') throw new TypeError('The message was not decided.');
      await this.hub.log.append(tx, 0, [
        { stream: id, version: 3, at: beginning + 2_000, event: decision.outcome },
        ...decision.deliveries.map((made) => ({ stream: made.id, version: 1, at: beginning + 2_000, event: made.accepted })),
      ]);
    });
  }

  /** A step could not work with a message. */
  park(stream: string, reason: string): void {
    this.#parked.unshift({
      group: 'router',
      topic: 'crossdock.messages.validated',
      shard: 0,
      position: 1,
      stream,
      version: 2,
      store: storeId,
      reason,
      parkedAt: beginning,
    });
  }
}
