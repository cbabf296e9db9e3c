import type { System } from './system.ts';

/** Describes what holds of every system, however it is composed. It is running when the tests run. */
export type Scenario = (system: () => System) => void;
