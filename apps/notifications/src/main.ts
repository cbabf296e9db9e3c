import 'reflect-metadata';
import { run } from '@crossdock/runtime';
import { notifications } from './service.ts';

await run(notifications, process.env);
