import { Column, Entity, PrimaryColumn } from 'typeorm';
import { count, objectId } from './columns.ts';
import type { PayloadSchemaVersionEntity } from './payload-schema-version.entity.ts';

/** The schema that a store's messages of a type are held to. */
@Entity('payload_schema')
export class PayloadSchemaEntity {
  @PrimaryColumn('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  /** The type's canonical name. */
  @PrimaryColumn('text')
  type!: string;

  /** The newest version there is, also of a schema that was removed. */
  @Column('int')
  version!: number;

  @Column('boolean')
  removed!: boolean;

  /** The store's revision that made it what it is. */
  @Column('bigint', { transformer: count })
  revision!: number;

  /** Where it was asked for, the newest version. */
  current?: PayloadSchemaVersionEntity;
}
