import 'reflect-metadata';
import { run } from '@crossdock/runtime';
import { ingestApi } from './service.ts';

await run(ingestApi, process.env);
