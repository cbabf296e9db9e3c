import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { objectId } from './columns.ts';
import { StoreEntity } from './store.entity.ts';

@Entity('api_token')
export class ApiTokenEntity {
  /** The public part of the token. */
  @PrimaryColumn('text')
  id!: string;

  /** Null for an administrator's. */
  @Column('uuid', { name: 'store_id', nullable: true, transformer: objectId })
  storeId!: string | null;

  @ManyToOne(() => StoreEntity, { nullable: true })
  @JoinColumn({ name: 'store_id' })
  store?: Relation<StoreEntity>;

  @Column('bytea')
  hash!: Buffer;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}
