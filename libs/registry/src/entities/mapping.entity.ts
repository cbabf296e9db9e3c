import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, UpdateDateColumn, type Relation } from 'typeorm';
import { count, objectId } from './columns.ts';
import { EndpointEntity } from './endpoint.entity.ts';
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
