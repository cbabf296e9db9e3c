import { createLogger, sha256 } from '@crossdock/kit';
import { childId, type DueDelivery, type EventLog, type HubEvent, type Mapping, type NewEvent, type UnitOfWork } from '@crossdock/core';
import { MemoryRegistry, ScriptedSender, type Script } from '@crossdock/core/memory';
import {
  accepted,
  beginning,
  bytesOf,
  mapping,
  openMemoryWorld,
  received,
  store,
  storeId,
  type MemoryProcess,
  type MemoryWorld,
} from '@crossdock/core/testing';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { EndpointSlots, slotDefaults, type SlotOptions } from '../dispatch/endpoint-slots.ts';
import { OutcomeWriter } from '../outcome/outcome-writer.ts';

/** Says nothing. */
export const quiet = createLogger({ level: 'silent', service: 'test', destination: 1 });

export const idOf = (n: number): string => `6b000000000000000000${n.toString(16).padStart(4, '0')}`;
/** The delivery of the n-th message to a mapping. */
export const deliveryOf = (n: number, to: Mapping = mapping('a')): string =>
  childId(sha256, { kind: 'delivery', parent: idOf(n), key: to.id });

export interface RigParts {
  readonly unitOfWork?: UnitOfWork;
  readonly log?: EventLog;
  readonly slots?: Partial<SlotOptions>;
}

/** The delivery service's parts on adapters in memory, with a clock that a test moves. */
export class DeliveryRig {
  readonly world: MemoryWorld;
  readonly hub: MemoryProcess;
  readonly registry: MemoryRegistry;
  readonly sender: ScriptedSender;
  readonly slots: EndpointSlots;
  readonly outcomes: OutcomeWriter;
  readonly dispatcher: Dispatcher;
  readonly paused: string[] = [];
  readonly clock: { now: number };

  private constructor(world: MemoryWorld, clock: { now: number }, script: Script, parts: RigParts) {
    const { unitOfWork, log, due, identifiers, received: messages } = world.one;
    const now = (): number => clock.now;
    this.world = world;
    this.hub = world.one;
    this.clock = clock;
    this.registry = new MemoryRegistry(unitOfWork);
    this.sender = new ScriptedSender(script);
    this.slots = new EndpointSlots({ ...slotDefaults, ...parts.slots }, due, now, () => 0.5);
    this.outcomes = new OutcomeWriter({
      unitOfWork: parts.unitOfWork ?? unitOfWork,
      log: parts.log ?? log,
      due,
      identifiers,
      registry: this.registry,
      sha256,
      now,
      random: () => 0.5,
      logger: quiet,
    });
    this.dispatcher = new Dispatcher({
      due,
      received: messages,
      registry: this.registry,
      sender: this.sender,
      outcomes: this.outcomes,
      slots: this.slots,
      onPaused: ({ mapping: waitsFor }) => this.paused.push(waitsFor),
      now,
      logger: quiet,
    });
  }

  static async open(script: Script, parts: (world: MemoryWorld) => RigParts = () => ({})): Promise<DeliveryRig> {
    const clock = { now: beginning };
    const world = await openMemoryWorld(() => clock.now);
    const rig = new DeliveryRig(world, clock, script, parts(world));
    await rig.registry.save(storeId, { mappings: [mapping('a')] });
    return rig;
  }

  /** The n-th message, and its accepted deliveries, in the log. */
  async accept(n: number, to: readonly Mapping[] = [mapping('a')], payload = `{"n":${n}}`, hops = 0): Promise<void> {
    const root = idOf(n);
    const message: NewEvent = {
      stream: root,
      version: 1,
      at: beginning,
      payload: bytesOf(payload),
      event: received({ root, hops, bytes: payload.length }),
    };
    const deliveries = to.map((one): NewEvent => ({
      stream: deliveryOf(n, one),
      version: 1,
      at: beginning,
      event: accepted({ root, parent: root, mapping: one.id, name: one.name, endpoint: one.endpoint, hops }),
    }));
    await store(this.hub, [message, ...deliveries]);
  }

  /** Accepts it, and puts it into the due table, due now. */
  async makeDue(n: number, to: Mapping = mapping('a'), facts: Partial<DueDelivery> = {}, payload?: string): Promise<DueDelivery> {
    await this.accept(n, [to], payload);
    const row: DueDelivery = {
      delivery: deliveryOf(n, to),
      shard: 0,
      store: storeId,
      endpoint: to.endpoint,
      message: idOf(n),
      mapping: to.id,
      version: 1,
      attempt: 0,
      failures: 0,
      dueAt: this.clock.now,
      ...facts,
    };
    await this.hub.unitOfWork.run((tx) => this.hub.due.insert(tx, [{ ...row, leased: false }]));
    return row;
  }

  /** Accepts it, and leases it to this process: an attempt is under way. */
  async begin(n: number, to: Mapping = mapping('a'), facts: Partial<DueDelivery> = {}): Promise<DueDelivery> {
    await this.makeDue(n, to, facts);
    const jobs = await this.hub.due.claim([{ endpoint: to.endpoint, limit: 1 }], Number.MAX_SAFE_INTEGER);
    const [job] = jobs;
    if (job?.delivery !== deliveryOf(n, to)) throw new TypeError('Another row was claimed.');
    return job;
  }

  events(stream: string): readonly HubEvent[] {
    return this.hub.log.events(stream).map(({ event }) => event);
  }

  types(stream: string): readonly string[] {
    return this.events(stream).map(({ type }) => type);
  }
}
