import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { count, objectId } from './columns.ts';

@Entity('store')
export class StoreEntity {
  @PrimaryColumn('uuid', { transformer: objectId })
  id!: string;

  @Column('text')
  name!: string;

  /** Counts the changes to what the store has configured. */
  @Column('bigint', { transformer: count })
  revision!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
