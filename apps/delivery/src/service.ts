import type { ServiceDefinition } from '@crossdock/kit';
import { Module } from '@nestjs/common';
import { DeliveryHandler } from './delivery.handler.ts';
import { DispatchService } from './dispatch.service.ts';

@Module({ controllers: [DeliveryHandler], providers: [DispatchService] })
class DeliveryModule {}

export const delivery: ServiceDefinition = { name: 'delivery', module: DeliveryModule, front: 'log', defaultPort: 4603 };
