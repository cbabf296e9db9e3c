import { afterAll, beforeAll } from 'vitest';
import { answersScenario } from './testing/scenarios/answers.ts';
import { endpointsScenario } from './testing/scenarios/endpoints.ts';
import { listsScenario } from './testing/scenarios/lists.ts';
import { pushingScenario } from './testing/scenarios/pushing.ts';
import { refusalsScenario } from './testing/scenarios/refusals.ts';
import { routingScenario } from './testing/scenarios/routing.ts';
import { samplesScenario } from './testing/scenarios/samples.ts';
import { setupScenario } from './testing/scenarios/setup.ts';
import { retriesScenario } from './testing/scenarios/verbs-and-retries.ts';
import { startEmbeddedSystem } from './testing/start-embedded-system.ts';
import type { RunningSystem } from './testing/system.ts';

let running: RunningSystem;
beforeAll(async () => {
  running = await startEmbeddedSystem();
});
afterAll(() => running.stop());

const scenarios = [
  samplesScenario,
  pushingScenario,
  refusalsScenario,
  routingScenario,
  answersScenario,
  retriesScenario,
  listsScenario,
  setupScenario,
  endpointsScenario,
];
for (const scenario of scenarios) scenario(() => running);
