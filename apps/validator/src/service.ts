import type { ServiceDefinition } from '@crossdock/kit';
import { Module } from '@nestjs/common';
import { ValidatorHandler } from './validator.handler.ts';

@Module({ controllers: [ValidatorHandler] })
class ValidatorModule {}

export const validator: ServiceDefinition = { name: 'validator', module: ValidatorModule, front: 'log', defaultPort: 4601 };
