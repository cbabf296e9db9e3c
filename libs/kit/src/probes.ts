/** What Nest injects for whoever serves the process's probes. */
export const PROBES = Symbol('Probes');

/** An answer of a probe, complete. */
export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** `/livez`, `/readyz` and `/startupz` of one process. */
export interface Probes {
  /** By path and query, such as `/readyz?verbose`; `undefined` where that is no probe. Never rejects. */
  answer(url: string): Promise<ProbeAnswer | undefined>;
}
