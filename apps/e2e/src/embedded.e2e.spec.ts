import { afterAll, beforeAll } from 'vitest';
import { scenarios } from './testing/scenarios/all.ts';
import { startEmbeddedSystem } from './testing/start-embedded-system.ts';
import type { RunningSystem } from './testing/system.ts';

let running: RunningSystem;
beforeAll(async () => {
  running = await startEmbeddedSystem();
});
afterAll(() => running.stop());

for (const scenario of scenarios) scenario(() => running);
