import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { objectId } from './columns.ts';
import { StoreEntity } from './store.entity.ts';

/** A URL a store delivers to. The number stays, whatever becomes of its mappings: due rows and gates refer to it. */
@Entity('endpoint')
export class EndpointEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('uuid', { name: 'store_id', transformer: objectId })
  storeId!: string;

  @ManyToOne(() => StoreEntity, { nullable: false })
  @JoinColumn({ name: 'store_id' })
  store?: Relation<StoreEntity>;

  @Column('text')
  url!: string;
}
