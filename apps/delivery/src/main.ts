import 'reflect-metadata';
import { run } from '@crossdock/runtime';
import { delivery } from './service.ts';

await run(delivery, process.env);
