export { migrateDatabase, migrations, openAdapters, type Adapters, type OpenOptions } from './adapters.ts';
export { describeConfig, readConfig, type Config } from './config.ts';
export { run, stopSignal } from './run.ts';
export { startService, type RunningService } from './start-service.ts';
