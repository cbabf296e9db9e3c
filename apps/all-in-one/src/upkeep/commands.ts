import { Progress } from '@crossdock/kit';
import { join } from 'node:path';
import {
  migrateDatabase,
  readConfig,
  rebuildLists,
  resealSecrets,
  verifyDatabase,
  waitForDatabase,
  type InvariantResult,
} from '@crossdock/runtime';
import { describeFailure } from '../cli/describe-failure.ts';
import { formatDuration } from '../cli/format-step.ts';
import { embeddedSecrets } from '../embedded-secrets.ts';
import { upkeepOptions, withDatabase, type UpkeepOptions } from './with-database.ts';

type Env = Readonly<Record<string, string | undefined>>;

const OK = 0;
const FAILED = 1;

/** `npm run migrate`: applies what is pending. Services may run meanwhile: whoever comes second waits. Answers the exit code. */
export async function runMigrate(argv: readonly string[], env: Env): Promise<number> {
  return await upkeep(argv, env, 'Applies pending migrations, in order.\n\n  npm run migrate [-- --data DIR]\n', async (url) => {
    const config = readConfig({ ...env, CROSSDOCK_DATABASE_URL: url });
    const { version } = await waitForDatabase(url, config.startupSeconds * 1_000);
    const applied = await migrateDatabase(config);
    for (const name of applied) process.stdout.write(`  ✓ ${name}\n`);
    process.stdout.write(`  ✓ postgres ${version}: ${applied.length === 0 ? 'nothing pending' : `${applied.length} applied`}\n`);
    return OK;
  });
}

/** `npm run rebuild`: the lists anew from the log, while everything goes on. Answers the exit code. */
export async function runRebuild(argv: readonly string[], env: Env): Promise<number> {
  return await upkeep(
    argv,
    env,
    'Builds the lists anew from the log, beside the live ones.\n\n  npm run rebuild [-- --data DIR]\n',
    async (url, progress) => {
      const result = await rebuildLists(url, progress);
      progress.end();
      const rate = Math.round(result.events / Math.max(0.001, result.ms / 1000)).toLocaleString('en-US');
      process.stdout.write(
        `  ✓ rebuilt ${result.items.toLocaleString('en-US')} messages and deliveries and ${result.notifications.toLocaleString('en-US')} notifications ` +
          `from ${result.events.toLocaleString('en-US')} events in ${formatDuration(result.ms)} (${rate} events/s)\n`,
      );
      if (result.damaged > 0) process.stdout.write(`  ✗ ${result.damaged} streams cannot be read: npm run verify names them\n`);
      return result.damaged === 0 ? OK : FAILED;
    },
  );
}

/** `npm run verify`: one line for each invariant, exit code 1 on any violation. */
export async function runVerify(argv: readonly string[], env: Env): Promise<number> {
  return await upkeep(
    argv,
    env,
    'Checks what must always hold, while everything goes on.\n\n  npm run verify [-- --data DIR --routes]\n\n  --routes  makes every routing decision again as well, which reads all payloads\n',
    async (url, progress, { switches }) => {
      const results = await verifyDatabase(url, progress, { routes: switches.has('routes') });
      progress.end();
      for (const result of results) process.stdout.write(formatResult(result));
      return results.every(({ holds }) => holds) ? OK : FAILED;
    },
    ['routes'],
  );
}

/** `npm run rotate`: every secret sealed with the first key, exit code 1 where some cannot be opened. */
export async function runRotate(argv: readonly string[], env: Env): Promise<number> {
  return await upkeep(
    argv,
    env,
    'Seals every secret with the first key of CROSSDOCK_SECRET_KEYS, or of the data folder.\n\n  npm run rotate [-- --data DIR]\n',
    async (url, _progress, { dataDir }) => {
      const own = env['CROSSDOCK_DATABASE_URL'] ? undefined : await embeddedSecrets(join(dataDir, 'secrets.json'), 'dev');
      const keys = env['CROSSDOCK_SECRET_KEYS'] ?? own?.secretKeys;
      const { resealed, current, unreadable } = await resealSecrets(
        readConfig({ ...env, CROSSDOCK_DATABASE_URL: url, CROSSDOCK_SECRET_KEYS: keys }),
      );
      process.stdout.write(`  ✓ ${resealed} sealed with the first key, ${current} were already\n`);
      for (const { kind, id } of unreadable) process.stdout.write(`  ✗ no key opens the secret of ${kind} ${id}: it was left as it is\n`);
      return unreadable.length === 0 ? OK : FAILED;
    },
  );
}

/** `  ✓ I3  every shard …  (shards 2, events 1,000)`, and the first violations below. */
export function formatResult({ id, title, holds, checked, violations, examples }: InvariantResult): string {
  const counts = Object.entries(checked).map(([what, count]) => `${what} ${count.toLocaleString('en-US')}`);
  const head = `  ${holds ? '✓' : '✗'} ${id.padEnd(4)} ${title}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}\n`;
  if (holds) return head;
  const more = violations > examples.length ? [`… and ${violations - examples.length} more`] : [];
  return head + [...examples, ...more].map((example) => `         ${example}\n`).join('');
}

async function upkeep(
  argv: readonly string[],
  env: Env,
  help: string,
  work: (url: string, progress: Progress, options: UpkeepOptions) => Promise<number>,
  switches?: readonly string[],
): Promise<number> {
  const progress = new Progress(process.stderr, () => performance.now());
  try {
    const options = upkeepOptions(argv, env, switches);
    if (options.help) {
      process.stdout.write(help);
      return OK;
    }
    return await withDatabase(options.dataDir, env, (url) => work(url, progress, options));
  } catch (error) {
    progress.end();
    process.stderr.write(describeFailure(error));
    return FAILED;
  }
}
