import type { ServiceDefinition } from '@crossdock/kit';
import { Module } from '@nestjs/common';
import { RouterHandler } from './router.handler.ts';

@Module({ controllers: [RouterHandler] })
class RouterModule {}

export const router: ServiceDefinition = { name: 'router', module: RouterModule, front: 'log', defaultPort: 4602 };
