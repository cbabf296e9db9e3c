/** A running Crossdock, however it is composed. Scenarios know nothing else of it. */
export interface System {
  /** Where the API answers. */
  readonly api: string;
  readonly adminToken: string;
  /** For what no API tells. */
  readonly databaseUrl: string;
}

export interface RunningSystem extends System {
  stop(): Promise<void>;
}
