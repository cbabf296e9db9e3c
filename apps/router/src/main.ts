import 'reflect-metadata';
import { run } from '@crossdock/runtime';
import { router } from './service.ts';

await run(router, process.env);
