import 'reflect-metadata';
import { runAllInOne } from './all-in-one.ts';

process.exitCode = await runAllInOne(process.argv.slice(2), process.env);
