import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, UpdateDateColumn, type Relation } from 'typeorm';
import { count, objectId } from './columns.ts';
import { EndpointEntity } from './endpoint.entity.ts';
import { IntegrationEntity } from './integration.entity.ts';
import { StoreEntity } from './store.entity.ts';

@Entity('mapping')
export class MappingEntity {
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

  @Column('int', { name: 'endpoint_id' })
  endpointId!: number;

  @ManyToOne(() => EndpointEntity, { nullable: false })
  @JoinColumn({ name: 'endpoint_id' })
  endpoint?: Relation<EndpointEntity>;

  /** Null where it was made by hand. */
  @Column('uuid', { name: 'integration_id', nullable: true, transformer: objectId })
  integrationId!: string | null;

  @ManyToOne(() => IntegrationEntity, { nullable: true })
  @JoinColumn({ name: 'integration_id' })
  integration?: Relation<IntegrationEntity>;

  /** Which service of its integration it is. */
  @Column('text', { nullable: true })
  service!: string | null;

  /** A MappingDefinition; its type is too deep for TypeORM's. */
  @Column('json')
  definition!: unknown;

  /** Sealed. */
  @Column('text', { nullable: true })
  token!: string | null;

  /** The store's revision that made it what it is. */
  @Column('bigint', { transformer: count })
  revision!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
