import 'reflect-metadata';
import { runMigrate } from './upkeep/commands.ts';

process.exitCode = await runMigrate(process.argv.slice(2), process.env);
