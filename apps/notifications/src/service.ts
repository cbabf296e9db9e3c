import type { ServiceDefinition } from '@crossdock/kit';
import { Module } from '@nestjs/common';
import { NotificationsHandler } from './notifications.handler.ts';

@Module({ controllers: [NotificationsHandler] })
class NotificationsModule {}

export const notifications: ServiceDefinition = { name: 'notifications', module: NotificationsModule, front: 'log', defaultPort: 4604 };
