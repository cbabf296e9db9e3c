import kafkajs from 'kafkajs';
import { eventually } from '../eventually.ts';
import { DistributedSystem } from '../distributed/distributed-system.ts';
import type { ServiceName, ServiceProcess } from '../distributed/service-process.ts';
import { Supervisor } from '../distributed/supervisor.ts';
import { query } from '../stored.ts';
import { unpublished } from './relay-holders.ts';
import { checkTopics, kafkaOf } from './topics.ts';
import { World } from './world.ts';

/** What of a Kafka cluster is used here. */
export interface Cluster {
  readonly brokers: readonly string[];
  readonly ids: readonly number[];
  kill(id: number): Promise<void>;
  start(...ids: readonly number[]): Promise<void>;
}

/** Groups notice a dead member after so long. */
export const SESSION_SECONDS = 3;
/** A process that has not renewed for so long has no leases any more. */
export const LEASE_MS = 10_000;
const PER_SECOND = 100;
/** A dead member's session, twice, and what a busy machine takes. */
const SHARED_MS = 30_000;

const settings = {
  CROSSDOCK_SHARDS: '3',
  CROSSDOCK_KAFKA_SESSION_SECONDS: String(SESSION_SECONDS),
  CROSSDOCK_DATABASE_CONNECTIONS: '6',
};

/** The distributed mode as it runs anywhere: a database, a Kafka, the services, and somebody who starts what has ended. */
export class Installation {
  readonly kafka: Cluster;
  readonly system: DistributedSystem;
  readonly supervisor: Supervisor;

  private constructor(kafka: Cluster, system: DistributedSystem) {
    this.kafka = kafka;
    this.system = system;
    this.supervisor = new Supervisor(system);
  }

  static async start(databaseUrl: string, kafka: Cluster): Promise<Installation> {
    const env = { ...settings, CROSSDOCK_KAFKA_REPLICATION: String(Math.min(3, kafka.ids.length)) };
    return new Installation(kafka, await DistributedSystem.start({ databaseUrl, brokers: kafka.brokers, env }));
  }

  async stop(): Promise<void> {
    this.supervisor.stop();
    await this.system.stop();
  }

  /** A story of chaos under load. Once it is told and all is quiet, nothing may be found that is not as it must be, nor any of `more`. */
  async survives(story: (world: World) => Promise<void>, more: (world: World) => Promise<readonly string[]> = nothing): Promise<void> {
    const options = { perSecond: PER_SECOND, traces: () => this.system.logs() };
    await World.run(async (world) => {
      const from = performance.now();
      await world.load(this.system);
      await story(world);
      await world.endLoad();
      const findings = [...(await world.findings(this.system, 120_000)), ...(await this.topicFindings()), ...(await more(world))];
      if (findings.length > 0) throw new Error(findings.join('\n'));
      console.info(`${world.summary()}; ${Math.round((performance.now() - from) / 1_000)} s`);
    }, options);
  }

  /** I13, once the relay says that everything is published. */
  async topicFindings(): Promise<readonly string[]> {
    const behind = await eventually(
      async () => {
        const lags = await unpublished(this.system.databaseUrl);
        if (lags.length > 0) throw new Error(`Not published to the end: ${JSON.stringify(lags)}`);
      },
      { within: 60_000, every: 200 },
    ).then(
      () => [],
      (error: unknown) => [String(error)],
    );
    return [...behind, ...(await checkTopics(this.system.databaseUrl, this.kafka.brokers, true))];
  }

  async kill(world: World, process: ServiceProcess): Promise<void> {
    await world.killed(process.clientId, () => process.kill('SIGKILL'));
  }

  /** What a start that holds the data directory does to all others: their leases are free at once, and they must end. */
  async declareDead(world: World, { clientId, pid }: ServiceProcess): Promise<void> {
    await world.killed(`${clientId} (declared dead)`, () =>
      query(this.system.databaseUrl, "update worker set alive_until = '-infinity' where name like '%:' || $1::text", [pid]),
    );
  }

  async killBroker(world: World, id: number): Promise<void> {
    await world.killed(`broker ${id}`, () => this.kafka.kill(id));
  }

  /**
   * Lets processes stand still, as a long pause of their machines would, and go on once something has happened meanwhile. One that
   * sends does so in the middle of it.
   */
  async freeze(world: World, processes: readonly ServiceProcess[], meanwhile: () => Promise<void>): Promise<void> {
    const clientIds = processes.map(({ clientId }) => clientId);
    world.history.note({ op: 'SIGSTOP', processes: clientIds });
    try {
      for (const sender of processes.filter(({ name }) => name === 'delivery')) await this.#freezeSending(sender);
      for (const process of processes) process.signal('SIGSTOP');
      await meanwhile();
    } finally {
      world.history.note({ op: 'SIGCONT', processes: clientIds });
      for (const process of processes) process.signal('SIGCONT');
    }
  }

  async #freezeSending(sender: ServiceProcess): Promise<void> {
    await eventually(async () => {
      sender.signal('SIGSTOP');
      if ((await this.#leases(sender)) > 0) return;
      sender.signal('SIGCONT');
      throw new Error(`${sender.clientId} has nothing to send.`);
    });
  }

  async #leases({ pid }: ServiceProcess): Promise<number> {
    const [row] = await query<{ readonly n: number }>(
      this.system.databaseUrl,
      "select count(*)::int as n from due d join worker w on w.id = d.worker where w.name like '%:' || $1::text",
      [pid],
    );
    return row?.n ?? 0;
  }

  /** Sees to it that at least two processes of each of these services run, and that their groups are shared out among them. */
  async pairs(names: readonly ServiceName[]): Promise<void> {
    for (const name of names) {
      while (this.system.running(name).length < 2) await this.supervisor.add(name);
      await this.shared(name);
    }
  }

  /** How the members of a group have shared out its partitions, by the name that each goes by. */
  async assignments(group: string): Promise<ReadonlyMap<string, readonly number[]>> {
    const admin = kafkaOf(this.kafka.brokers).admin();
    try {
      await admin.connect();
      const { groups } = await admin.describeGroups([group]);
      const members = groups.flatMap(({ state, members: all }) => (state === 'Stable' ? all : []));
      return new Map(members.map(({ clientId, memberAssignment }) => [clientId, partitionsIn(memberAssignment)]));
    } finally {
      await admin.disconnect();
    }
  }

  /** Resolves when the partitions of a service are shared out among just these processes (all that run), each with something to do. */
  async shared(name: ServiceName, processes: readonly ServiceProcess[] = this.system.running(name)): Promise<void> {
    const wanted = processes.map(({ clientId }) => clientId).toSorted();
    await eventually(
      async () => {
        const found = await this.assignments(`crossdock.${name}`);
        const atWork = [...found].flatMap(([member, partitions]) => (partitions.length > 0 ? [member] : [])).toSorted();
        const partitions = [...found.values()].flat();
        if (String(atWork) !== String(wanted) || new Set(partitions).size !== partitions.length || partitions.length !== SHARDS)
          throw new Error(`${name} should be shared by ${wanted.join(', ')}, and is so: ${JSON.stringify([...found])}`);
      },
      { within: SHARED_MS, every: 200 },
    );
  }

  /** Resolves when a service has moved on in every shard. */
  async moves(name: ServiceName): Promise<void> {
    const before = await this.#checkpoints(name);
    await eventually(
      async () => {
        const standing = [...(await this.#checkpoints(name))].filter(([shard, position]) => position <= (before.get(shard) ?? 0));
        if (standing.length > 0) throw new Error(`${name} does not move on in shard ${standing.map(([shard]) => shard).join(', ')}.`);
      },
      { within: SHARED_MS, every: 100 },
    );
  }

  async #checkpoints(name: ServiceName): Promise<ReadonlyMap<number, number>> {
    const rows = await query<{ readonly shard: number; readonly position: number }>(
      this.system.databaseUrl,
      'select shard, position::int as position from checkpoint where "group" = $1',
      [name],
    );
    return new Map(rows.map(({ shard, position }) => [shard, position]));
  }

  /** How many events of a type the log has of a store. */
  async count(store: string, type: string): Promise<number> {
    const [row] = await query<{ readonly n: number }>(
      this.system.databaseUrl,
      "select count(*)::int as n from event where type = $2 and facts->>'store' = $1",
      [store, type],
    );
    return row?.n ?? 0;
  }
}

const nothing = (): Promise<readonly string[]> => Promise.resolve([]);
const SHARDS = Number(settings.CROSSDOCK_SHARDS);

function partitionsIn(assignment: Buffer): readonly number[] {
  if (assignment.length === 0) return [];
  const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(assignment);
  return Object.values(decoded?.assignment ?? {}).flat();
}
