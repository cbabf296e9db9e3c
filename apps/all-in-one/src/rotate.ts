import 'reflect-metadata';
import { runRotate } from './upkeep/commands.ts';

process.exitCode = await runRotate(process.argv.slice(2), process.env);
