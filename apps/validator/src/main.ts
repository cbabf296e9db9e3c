import 'reflect-metadata';
import { run } from '@crossdock/runtime';
import { validator } from './service.ts';

await run(validator, process.env);
