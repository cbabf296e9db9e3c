import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { count, objectId } from './columns.ts';
import { StoreEntity } from './store.entity.ts';

/** What a mapping was from a revision on. Append-only. */
@Entity('mapping_version')
export class MappingVersionEntity {
  @PrimaryColumn('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  @ManyToOne(() => StoreEntity, { nullable: false })
  @JoinColumn({ name: 'store_id' })
  store?: Relation<StoreEntity>;

  @PrimaryColumn('bigint', { transformer: count })
  revision!: number;

  @PrimaryColumn('uuid', { name: 'mapping_id', transformer: objectId })
  mappingId!: string;

  @Column('int', { name: 'endpoint_id', nullable: true })
  endpointId!: number | null;

  /** A MappingDefinition; null: deleted. */
  @Column('json', { nullable: true })
  definition!: unknown;

  /** null: from before this was noted. */
  @CreateDateColumn({ name: 'changed_at', type: 'timestamptz', nullable: true })
  changedAt!: Date | null;

  /** `api` or `admin`; null: from before this was noted. */
  @Column('text', { name: 'changed_by', nullable: true })
  changedBy!: string | null;

  /** Of the token no version is kept. */
  @Column('boolean', { name: 'token_changed' })
  tokenChanged!: boolean;
}
