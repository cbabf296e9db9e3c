import { delivery } from '@crossdock/delivery';
import { ingestApi } from '@crossdock/ingest-api';
import type { ServiceDefinition } from '@crossdock/kit';
import { notifications } from '@crossdock/notifications';
import { router } from '@crossdock/router';
import { validator } from '@crossdock/validator';

/** The five services. */
export const services: readonly ServiceDefinition[] = [validator, router, delivery, notifications, ingestApi];
