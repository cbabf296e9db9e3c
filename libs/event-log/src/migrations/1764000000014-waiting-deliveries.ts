import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits without a time is found and counted by mapping, however much else there is. Rows that have a time are not in this index. */
export class WaitingDeliveries1764000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("create index due_waiting on due (mapping_id, endpoint) where worker is null and due_at = 'infinity'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index due_waiting');
  }
}
