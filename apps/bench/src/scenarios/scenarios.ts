import type { ScenarioName } from '../options.ts';
import { accept } from './accept.ts';
import type { Scenario } from './bench.ts';
import { claim } from './claim.ts';
import { curve } from './curve.ts';
import { isolation } from './isolation.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { pipeline } from './pipeline.ts';
import { rebuild } from './rebuild.ts';
import { routing } from './routing.ts';

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  accept,
  pipeline,
  latency,
  isolation,
  claim,
  rebuild,
  curve,
  memory,
  routing,
};
