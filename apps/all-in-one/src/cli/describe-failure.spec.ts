import { HubError } from '@crossdock/kit';
import { expect, it } from 'vitest';
import { describeFailure } from './describe-failure.ts';

it('says what happened and where more is written', () => {
  expect(describeFailure(new HubError('disk_full', 'Postgres could not start (data in .crossdock/pg).\n  FATAL: no space'))).toBe(`
  The disk is full.

  Postgres could not start (data in .crossdock/pg).
    FATAL: no space

  More about this: docs/errors.md#disk_full
`);
});

it('says what to do where the error does not', () => {
  expect(describeFailure(new HubError('database_newer', 'The database is at 12, this hub at 11.'))).toBe(`
  The database was migrated by a newer version of the hub.

  The database is at 12, this hub at 11.

  What now: Start the newer version, or restore the backup from before the upgrade. More about this: docs/errors.md#database_newer
`);
});

it('shows a defect with the place where it happened', () => {
  const defect = new TypeError('x is not a function');
  expect(describeFailure(defect)).toBe(`
  x is not a function

  Nothing was half done. Try once more, and report the request id with what you were doing.

${defect.stack}
`);
});
