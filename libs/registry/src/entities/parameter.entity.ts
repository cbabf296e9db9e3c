import type { ParameterType } from '@crossdock/core';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, UpdateDateColumn, type Relation } from 'typeorm';
import { count, objectId } from './columns.ts';
import { StoreEntity } from './store.entity.ts';

@Entity('parameter')
export class ParameterEntity {
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

  @Column('text', { name: 'data_type' })
  dataType!: ParameterType;

  @Column('boolean')
  secret!: boolean;

  /** A JsonValue; sealed, as a string, where the parameter is secret. */
  @Column('json')
  value!: unknown;

  @Column('bigint', { transformer: count })
  revision!: number;

  /** Number of its newest version. */
  @Column('int')
  version!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
