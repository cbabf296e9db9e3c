import 'reflect-metadata';
import { runVerify } from './upkeep/commands.ts';

process.exitCode = await runVerify(process.argv.slice(2), process.env);
