import { defineConfig } from 'vitest/config';

const places = ['{libs,apps}/*/src/**/*', 'tools/**/*'];
const kinds = ['pg', 'kafka', 'e2e', 'chaos'];
const specsOf = (kind: string): string[] => places.map((place) => `${place}.${kind}.spec.ts`);

// Only our own condition: with `import` or `module` in this list Vitest hands them to Node and `pg` breaks.
const common = { ssr: { resolve: { conditions: ['@crossdock/source'] } } };
const slow = { setupFiles: ['reflect-metadata'], testTimeout: 60_000, hookTimeout: 60_000 };
const database = { globalSetup: ['tools/testing/postgres.ts'] };
const kafka = { globalSetup: [...database.globalSetup, 'tools/testing/kafka.ts'] };

export default defineConfig({
  ...common,
  test: {
    // Vitest leaves one core free by itself, which on two cores means that nothing runs beside anything.
    maxWorkers: '100%',
    reporters: ['default', './tools/summary-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['{libs,apps}/*/src/**/*.ts'],
      exclude: ['**/*.spec.ts', '**/main.ts', '**/index.ts'],
      reporter: ['text-summary', 'json'],
    },
    projects: [
      {
        ...common,
        test: {
          name: 'unit',
          // One module graph for all unit specs: eight times faster, and they share nothing but pure code.
          isolate: false,
          include: places.map((place) => `${place}.spec.ts`),
          exclude: kinds.flatMap(specsOf),
          setupFiles: ['reflect-metadata'],
          // A unit spec takes milliseconds; on a machine that does ten other things, a time-out must not lie.
          testTimeout: 30_000,
        },
      },
      { ...common, test: { ...slow, ...database, name: 'pg', include: specsOf('pg') } },
      { ...common, test: { ...slow, ...kafka, name: 'kafka', include: specsOf('kafka'), fileParallelism: false } },
      { ...common, test: { ...slow, ...database, name: 'e2e', include: specsOf('e2e'), fileParallelism: false } },
      {
        ...common,
        test: {
          ...slow,
          ...database,
          name: 'chaos',
          include: specsOf('chaos'),
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
