import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@crossdock/event-log';
import type { Rig } from '../hub/rig.ts';
import { resetStatements, topStatements } from '../hub/statements.ts';
import { summariseProfile, type CpuProfile } from '../profile/cpu-profile.ts';
import { columns } from '../report/table.ts';
import { show } from '../report/show.ts';
import type { Bench } from './bench.ts';

/** More often, and the sampling itself shows. */
const SAMPLE_US = 1_000;
const TOP = 25;

/** Samples the hub and counts its statements from now on. */
export async function beginProfile(rig: Rig, database: Database): Promise<void> {
  await resetStatements(database);
  await rig.hub.child.call('startProfile', { everyUs: SAMPLE_US });
}

/** Writes the profile, and answers who spent the time, as text. */
export async function endProfile({ options }: Bench, rig: Rig, database: Database): Promise<readonly string[]> {
  const text = await rig.hub.child.call('stopProfile', undefined);
  const statements = await topStatements(database, TOP);
  const folder = join(options.dataDir, 'bench', 'profiles');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.cpuprofile`);
  await writeFile(file, text);
  const { busyUs, functions, modules, inclusive } = summariseProfile(JSON.parse(text) as CpuProfile);
  const section = (title: string, rows: readonly (readonly string[])[]): string =>
    [title, ...columns(rows, new Set([0, 1]))].join('\n      ');
  const times = (list: typeof functions): readonly (readonly string[])[] =>
    list.slice(0, TOP).map(({ name, selfUs, share }) => [show(share, 'share'), show(selfUs / 1_000, 'ms'), name]);
  return [
    `CPU profile: ${file} (${show(busyUs / 1e6, 's')} busy)`,
    section('functions, their own time', times(functions)),
    section('modules, their own time', times(modules)),
    section('our functions with what they called', times(inclusive)),
    section(
      'statements',
      statements.map(({ statement, calls, rows, ms }) => [
        show(ms, 'ms'),
        show(calls, 'count'),
        `${show(rows, 'count')} rows`,
        statement.slice(0, 150),
      ]),
    ),
  ];
}
