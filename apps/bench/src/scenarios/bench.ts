import type { StartHub } from '../hub/hub-calls.ts';
import { Rig } from '../hub/rig.ts';
import type { BenchOptions } from '../options.ts';
import type { Spent } from '../measure/usage.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';

/** What a scenario runs in. */
export interface Bench {
  readonly options: BenchOptions;
  /** Environment of the process under test. */
  readonly env: Readonly<Record<string, string>>;
  /** A new folder, removed at the end. */
  newDataDir(name: string): Promise<string>;
  say(text: string): void;
  /** Which Postgres it was, for whoever reads the figures. */
  onPostgres(version: string): void;
  /** Stops this even if the scenario does not come to its end. */
  keep<T extends Stoppable>(stoppable: T): T;
}

export interface Stoppable {
  stop(): Promise<void>;
}

export type Scenario = (bench: Bench) => Promise<ScenarioResult>;

/** Starts a rig over a new data directory. */
export async function startRig(bench: Bench, options: Partial<StartHub> = {}): Promise<Rig> {
  bench.say('starts a hub');
  const dataDir = options.dataDir ?? (await bench.newDataDir('hub'));
  const rig = bench.keep(await Rig.start({ acceptOnly: false, postgresSettings: {}, ...options, dataDir }, bench.env));
  bench.onPostgres(rig.hub.started.postgresVersion);
  return rig;
}

/** Time of the processors per message, of the hub's parts together and apart, and of what measures. */
export function costFigures(spent: Spent, messages: number, target: 'cpuPerMessage' | undefined): readonly Figure[] {
  const per = (us: number): number => us / messages;
  const { node, postgres, kafka } = spent;
  return [
    {
      what: `CPU a message, Node + Postgres${kafka > 0 ? ' + Kafka' : ''}`,
      value: per(node + postgres + kafka),
      unit: 'µs',
      ...(target === undefined ? {} : { target }),
    },
    { what: '  of it Node', value: per(node), unit: 'µs' },
    { what: '  of it Postgres', value: per(postgres), unit: 'µs' },
    ...(kafka > 0 ? [{ what: '  of it Kafka', value: per(kafka), unit: 'µs' } as const] : []),
    { what: 'generator + endpoint a message', value: per(spent.generator + spent.endpoint), unit: 'µs', remark: 'not part of the hub' },
  ];
}

/** Other programs make figures worse: said where it matters. */
export function othersNote({ others }: Spent): readonly string[] {
  return others < 0.1
    ? []
    : [`other programs used ${others.toFixed(2)} cores meanwhile: throughput and latency are worse than they would be alone`];
}
