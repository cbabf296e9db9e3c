import type { DistributedSystem } from '../distributed/distributed-system.ts';
import type { ServiceProcess } from '../distributed/service-process.ts';
import { eventuallySome } from '../eventually.ts';
import { query } from '../stored.ts';

/** Who publishes a shard. */
export interface Holder {
  readonly shard: number;
  readonly process: ServiceProcess;
  /** Rises with each take-over. */
  readonly token: number;
}

/** Who holds which shard now, as the database has it: shards that nobody alive holds are not among them. */
export async function relayHolders(system: DistributedSystem): Promise<readonly Holder[]> {
  const rows = await query<{ readonly shard: number; readonly token: number; readonly name: string }>(
    system.databaseUrl,
    `select r.shard, r.epoch as token, w.name from relay r join worker w on w.id = r.owner
     where w.alive_until > clock_timestamp() order by r.shard`,
  );
  return rows.flatMap(({ shard, token, name }) => {
    const process = system.running().find(({ pid }) => name.endsWith(`:${pid}`));
    return process === undefined ? [] : [{ shard, token, process }];
  });
}

/** The holder of the shard, as soon as it is another one than that. */
export async function nextHolder(system: DistributedSystem, shard: number, former: ServiceProcess, within: number): Promise<Holder> {
  return await eventuallySome(
    `other process that publishes shard ${shard}`,
    async () => (await relayHolders(system)).find((holder) => holder.shard === shard && holder.process !== former),
    { within, every: 100 },
  );
}

/** How far the shards are from being published to their end. */
export async function unpublished(databaseUrl: string): Promise<readonly { readonly shard: number; readonly lag: number }[]> {
  return await query(
    databaseUrl,
    `select s.shard, (s.last_position - coalesce(r.position, 0))::int as lag from log_shard s left join relay r using (shard)
     where s.last_position > coalesce(r.position, 0) order by s.shard`,
  );
}
