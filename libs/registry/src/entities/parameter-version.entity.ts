import type { ParameterType } from '@crossdock/core';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { count, objectId } from './columns.ts';

/** What a parameter was from a change on. */
@Entity('parameter_version')
export class ParameterVersionEntity {
  @PrimaryColumn('uuid', { name: 'parameter_id', transformer: objectId })
  parameterId!: string;

  /** The number, modulo how many are kept. */
  @PrimaryColumn('int')
  slot!: number;

  /** The parameter's own count of changes, from 1. */
  @Column('int')
  number!: number;

  @Column('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  @Column('bigint', { transformer: count })
  revision!: number;

  @Column('text')
  name!: string;

  @Column('text', { name: 'data_type' })
  dataType!: ParameterType;

  @Column('boolean')
  secret!: boolean;

  /** A JsonValue; null where it is secret, too long to be kept, or removed. */
  @Column('json', { nullable: true })
  value!: unknown;

  @Column('boolean', { name: 'value_changed' })
  valueChanged!: boolean;

  @Column('boolean')
  removed!: boolean;

  @CreateDateColumn({ name: 'changed_at', type: 'timestamptz' })
  changedAt!: Date;

  /** `api`, `admin`, or the delivery whose answer it was; null: from before this was noted. */
  @Column('text', { name: 'changed_by', nullable: true })
  changedBy!: string | null;
}
