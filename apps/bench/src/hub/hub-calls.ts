export interface StartHub {
  readonly dataDir: string;
  /** Only the API, and nobody who consumes what it takes in: no service, no projection. */
  readonly acceptOnly: boolean;
  readonly postgresSettings: Readonly<Record<string, string>>;
}

export interface StartedHub {
  readonly url: string;
  readonly adminToken: string;
  readonly databaseUrl: string;
  readonly postmaster: number;
  readonly postgresVersion: string;
}

/** The process under test: a whole Crossdock and its Postgres. */
export interface HubCalls {
  start(options: StartHub): StartedHub;
  /** Begins to sample what the process does. */
  startProfile(input: { readonly everyUs: number }): void;
  /** The profile as Chrome's tools read it, JSON text. */
  stopProfile(input: undefined): string;
}
