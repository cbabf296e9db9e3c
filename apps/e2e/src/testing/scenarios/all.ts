import type { System } from '../system.ts';
import { answersScenario } from './answers.ts';
import { endpointsScenario } from './endpoints.ts';
import { explanationsScenario } from './explanations.ts';
import { integrationsScenario } from './integrations.ts';
import { listsScenario } from './lists.ts';
import { protocolScenario } from './protocol.ts';
import { pushingScenario } from './pushing.ts';
import { refusalsScenario } from './refusals.ts';
import { routingScenario } from './routing.ts';
import { samplesScenario } from './samples.ts';
import { schemasScenario } from './schemas.ts';
import { settingsScenario } from './settings.ts';
import { setupScenario } from './setup.ts';
import { retriesScenario } from './verbs-and-retries.ts';

/** Everything that a Crossdock does, however it is composed. */
export const scenarios: readonly ((system: () => System) => void)[] = [
  samplesScenario,
  pushingScenario,
  refusalsScenario,
  routingScenario,
  answersScenario,
  retriesScenario,
  listsScenario,
  setupScenario,
  settingsScenario,
  integrationsScenario,
  endpointsScenario,
  explanationsScenario,
  schemasScenario,
  protocolScenario,
];
