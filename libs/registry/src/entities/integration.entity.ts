import type { DescriptorState } from '@crossdock/core';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { count, objectId } from './columns.ts';
import { StoreEntity } from './store.entity.ts';

@Entity('integration')
export class IntegrationEntity {
  @PrimaryColumn('uuid', { transformer: objectId })
  id!: string;

  @Column('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  @ManyToOne(() => StoreEntity, { nullable: false })
  @JoinColumn({ name: 'store_id' })
  store?: Relation<StoreEntity>;

  /** Unique within the store. */
  @Column('text')
  name!: string;

  /** Base URL of the endpoint. */
  @Column('text')
  url!: string;

  @Column('text')
  category!: string;

  /** Null: as the endpoint calls itself. */
  @Column('text', { nullable: true })
  display!: string | null;

  /** Sealed. */
  @Column('text', { nullable: true })
  token!: string | null;

  /** An EndpointDescription, the last good one; null: never read. */
  @Column('json', { nullable: true })
  description!: unknown;

  /** A SignedUp: what signup made of the services. */
  @Column('json', { name: 'signed_up' })
  signedUp!: unknown;

  @Column('text')
  state!: DescriptorState;

  /** FieldProblems. */
  @Column('json', { name: 'error_messages' })
  errorMessages!: unknown;

  /** FieldProblems. */
  @Column('json')
  warnings!: unknown;

  @Column('timestamptz', { name: 'fetched_at', nullable: true })
  fetchedAt!: Date | null;

  /** When the description is to be fetched; null: not before somebody asks. */
  @Column('timestamptz', { name: 'fetch_at', nullable: true })
  fetchAt!: Date | null;

  @Column('int', { name: 'fetch_tries' })
  fetchTries!: number;

  /** Counts the claims: what was fetched under an earlier one is void. */
  @Column('int', { name: 'fetch_claim' })
  fetchClaim!: number;

  /** Until then somebody fetches, or has died. */
  @Column('timestamptz', { name: 'fetch_until', nullable: true })
  fetchUntil!: Date | null;

  /** The store's revision that made it, or its description, what it is. How fetching goes is no change. */
  @Column('bigint', { transformer: count })
  revision!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Set with the revision. */
  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
