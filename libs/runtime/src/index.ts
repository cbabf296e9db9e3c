export { ensureAdminToken } from './admin-token.ts';
export { migrateDatabase, migrations, openAdapters, type Adapters, type OpenOptions } from './adapters.ts';
export { describeConfig, readConfig, settingNames, type Config, type Env, type SaslMechanism } from './config.ts';
export { run, stopSignal, type StopSignal } from './run.ts';
export { type Checked, type CheckOutcome, type CheckResult, type ReadinessCheck } from './probes/readiness-check.ts';
export { readServiceConfig } from './service-config.ts';
export { startService, type RunningService } from './start-service.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type PostgresStep,
} from './postgres/embedded-postgres.ts';
export { removeEmbeddedPostgres } from './postgres/remove-embedded-postgres.ts';
export { freePort } from './postgres/free-port.ts';
export { superviseEmbeddedPostgres } from './postgres/supervise-embedded-postgres.ts';
export { waitForDatabase } from './postgres/wait-for-database.ts';
export { startAll, type RunningServices, type StartAllOptions, type StepListener } from './start-all.ts';
export { newToken } from '@crossdock/registry';
export { rebuildLists, resealSecrets, verifyDatabase, type InvariantResult, type RebuildResult, type Rotation } from './upkeep.ts';
