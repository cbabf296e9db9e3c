import { retryDelay, type BackoffPolicy, type DescriptorRead, type FieldProblem, type Random } from '@crossdock/core';
import { idArray, idOf, uuidOf, type Database, type Row, type Statement } from '@crossdock/event-log';
import type { DataSource, EntityManager } from 'typeorm';
import { IntegrationEntity } from '../entities/integration.entity.ts';
import { Problems } from '../input/problems.ts';
import type { MappingRules } from '../mappings/mapping-input.ts';
import { lockStore, raiseStore } from '../stores/store-lock.ts';
import { inTransaction } from '../transaction.ts';
import { changedNow } from './integration-rows.ts';
import { recommendedMappings, same } from './recommended-mapping.ts';

export interface DescriptionQueueOptions {
  readonly database: Database;
  readonly source: DataSource;
  /** What recommendations are held against. */
  readonly mappings: MappingRules;
  readonly random: Random;
  /** Waits between tries of what may mend itself. */
  readonly backoff: BackoffPolicy;
  /** Tries until that is given up. */
  readonly maxTries: number;
  /** After so long without an outcome somebody else may try. Longer than any fetch. */
  readonly leaseMs: number;
}

export const descriptionQueueDefaults = {
  backoff: { baseMs: 5_000, factor: 2, capMs: 3_600_000 },
  maxTries: 20,
  leaseMs: 90_000,
} as const;

/** An integration whose description is to be fetched by whoever has this. */
export interface ClaimedDescription {
  readonly integration: string;
  readonly store: string;
  readonly url: string;
  /** Which claim this is: an outcome counts while it is the last one. */
  readonly claim: number;
  /** Tries since somebody asked for it, this one included. */
  readonly tries: number;
}

interface ClaimedRow extends Row {
  readonly id: string;
  readonly store_id: string;
  readonly url: string;
  readonly fetch_claim: number;
  readonly fetch_tries: number;
}

/** One of each store, the longest due first: a store with many takes its turn. Looks at so many at most, however many are due. */
const CLAIM: Statement = {
  name: 'integration_claim',
  text: /* sql */ `
    with due as materialized (
      select distinct on (store_id) id, fetch_at from (
        select id, store_id, fetch_at from integration
          where fetch_at <= now() and (fetch_until is null or fetch_until <= now()) and not store_id = any($1::uuid[])
          order by fetch_at limit 1000
      ) longest order by store_id, fetch_at
    ), picked as materialized (
      select i.id from due join integration i on i.id = due.id
        where i.fetch_at <= now() and (i.fetch_until is null or i.fetch_until <= now())
        order by due.fetch_at limit $2 for no key update of i skip locked
    )
    update integration i
      set fetch_claim = i.fetch_claim + 1, fetch_tries = i.fetch_tries + 1, fetch_until = now() + $3::int * interval '1 ms'
      from picked where i.id = picked.id
      returning i.id, i.store_id, i.url, i.fetch_claim, i.fetch_tries`,
};

const RELEASE: Statement = {
  name: 'integration_release',
  text: 'update integration set fetch_until = null, fetch_tries = fetch_tries - 1 where id = $1 and fetch_claim = $2',
};

/** Which descriptions are to be fetched, and what came of it. Any number of processes may work on it. */
export class DescriptionQueue {
  readonly #options: DescriptionQueueOptions;

  constructor(options: DescriptionQueueOptions) {
    this.#options = options;
  }

  /** At most so many that are due, each of another store, none of the busy ones. */
  async claim(most: number, busy: readonly string[]): Promise<readonly ClaimedDescription[]> {
    const rows = await this.#options.database.query<ClaimedRow>(CLAIM, [idArray(busy), most, this.#options.leaseMs]);
    return rows.map((row) => ({
      integration: idOf(row.id),
      store: idOf(row.store_id),
      url: row.url,
      claim: row.fetch_claim,
      tries: row.fetch_tries,
    }));
  }

  /** Somebody else may fetch it, at once: this process ends. */
  async release({ integration, claim }: ClaimedDescription): Promise<void> {
    await this.#options.database.query(RELEASE, [uuidOf(integration), claim]);
  }

  /** Whether it was begun so often that it is better left alone: whoever begins it seems to die of it. */
  isHopeless({ tries }: ClaimedDescription): boolean {
    return tries > this.#options.maxTries;
  }

  /** Notes how a fetch ended. What was asked for anew meanwhile is not touched. */
  async record(claimed: ClaimedDescription, read: DescriptorRead): Promise<void> {
    await inTransaction(this.#options.source, async (manager) => {
      const change = await lockStore(manager, claimed.store);
      const row = await manager.findOne(IntegrationEntity, {
        where: { id: claimed.integration, fetchClaim: claimed.claim },
        lock: { mode: 'for_no_key_update' },
      });
      if (row === null || change === undefined) return;
      if (!read.ok) return await this.#failed(manager, claimed, read);
      const warnings = [...read.warnings, ...this.#unusable(read)];
      const revised = same(read.description, row.description) ? {} : { revision: change.revision, ...changedNow };
      await manager.update(
        IntegrationEntity,
        { id: row.id },
        {
          description: read.description,
          state: 'ready',
          errorMessages: [] as object,
          warnings,
          fetchedAt: () => 'clock_timestamp()',
          fetchAt: null,
          fetchTries: 0,
          fetchUntil: null,
          ...revised,
        },
      );
      if ('revision' in revised) await raiseStore(manager, change);
    });
  }

  /** The last good description stays, and what is wrong now is told. That is no change of what is configured: no revision. */
  async #failed(
    manager: EntityManager,
    { integration, tries }: ClaimedDescription,
    { problems, retriable }: Extract<DescriptorRead, { ok: false }>,
  ): Promise<void> {
    const { maxTries, backoff, random } = this.#options;
    const again = retriable && tries < maxTries;
    const waitMs = Math.round(retryDelay(tries, backoff, random()));
    await manager.update(
      IntegrationEntity,
      { id: integration },
      {
        state: 'failed',
        errorMessages: problems,
        fetchUntil: null,
        fetchAt: again ? () => `clock_timestamp() + ${waitMs} * interval '1 ms'` : null,
      },
    );
  }

  #unusable({ description }: Extract<DescriptorRead, { ok: true }>): readonly FieldProblem[] {
    const warnings = new Problems('mapping_invalid');
    recommendedMappings(description.services, this.#options.mappings, warnings);
    return warnings.found.slice(0, MOST_WARNINGS);
  }
}

/** Of each description, about what cannot be used of it. */
const MOST_WARNINGS = 50;
