import type { SchemaCompatibility } from '@crossdock/core';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { count, objectId } from './columns.ts';

/** A version of a type's schema. Append-only. */
@Entity('payload_schema_version')
export class PayloadSchemaVersionEntity {
  @PrimaryColumn('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  @PrimaryColumn('text')
  type!: string;

  /** From 1. */
  @PrimaryColumn('int')
  version!: number;

  /** The store's revision that made it. */
  @Column('bigint', { transformer: count })
  revision!: number;

  /** JSON text. */
  @Column('text')
  schema!: string;

  @Column('text')
  compatibility!: SchemaCompatibility;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
