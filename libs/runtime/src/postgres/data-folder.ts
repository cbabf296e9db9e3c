import { join } from 'node:path';

/** What lies where in the data directory of the embedded Postgres. */
export interface DataFolder {
  readonly dataDir: string;
  /** The cluster, once it is complete. */
  readonly cluster: string;
  /** The superuser's password, one line, for the owner alone. */
  readonly password: string;
  readonly log: string;
}

export function dataFolder(dataDir: string): DataFolder {
  return {
    dataDir,
    cluster: join(dataDir, 'cluster'),
    password: join(dataDir, 'password'),
    log: join(dataDir, 'postgres.log'),
  };
}
