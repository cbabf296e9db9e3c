import type { ScenarioName } from '../options.ts';
import type { Scenario } from './bench.ts';
import { latency } from './latency.ts';
import { pipeline } from './pipeline.ts';

export const scenarios: Readonly<Partial<Record<ScenarioName, Scenario>>> = { pipeline, latency };
