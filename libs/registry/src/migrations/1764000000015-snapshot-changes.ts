import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has changed since a revision, found without looking at all that a store has: snapshots in memory follow with every change. */
export class SnapshotChanges1764000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      create index mapping_revision on mapping (store_id, revision);
      create index mapping_version_removed on mapping_version (store_id, revision) where definition is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index mapping_revision, mapping_version_removed');
  }
}
