import 'reflect-metadata';
import { runRebuild } from './upkeep/commands.ts';

process.exitCode = await runRebuild(process.argv.slice(2), process.env);
