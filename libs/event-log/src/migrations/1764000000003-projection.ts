import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LIVE, projectionTables } from '../projection/projection-tables.ts';

/** The lists' tables, empty: the first start fills them from the log. */
export class Projection1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of projectionTables(LIVE)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop schema ${LIVE} cascade`);
  }
}
