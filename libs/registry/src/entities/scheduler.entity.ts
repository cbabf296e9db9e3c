import type { IntervalUnit } from '@crossdock/core';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, UpdateDateColumn, type Relation } from 'typeorm';
import { count, objectId } from './columns.ts';
import { StoreEntity } from './store.entity.ts';

/** Either count and interval, or cron and time zone. */
@Entity('scheduler')
export class SchedulerEntity {
  @PrimaryColumn('uuid', { transformer: objectId })
  id!: string;

  @Column('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  @ManyToOne(() => StoreEntity, { nullable: false })
  @JoinColumn({ name: 'store_id' })
  store?: Relation<StoreEntity>;

  /** Type of the messages that it emits. */
  @Column('text')
  key!: string;

  @Column('int', { nullable: true })
  count!: number | null;

  @Column('text', { nullable: true })
  interval!: IntervalUnit | null;

  @Column('text', { nullable: true })
  cron!: string | null;

  @Column('text', { name: 'time_zone', nullable: true })
  timeZone!: string | null;

  @Column('boolean')
  enabled!: boolean;

  /** From when its intervals are counted. */
  @Column('timestamptz', { name: 'counted_from' })
  countedFrom!: Date;

  @Column('bigint', { transformer: count })
  revision!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
