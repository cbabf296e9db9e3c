import {
  CLOCK,
  DESCRIPTION_FETCHER,
  DUE_DELIVERIES,
  EVENT_LOG,
  IDENTIFIERS,
  INTAKE,
  INTEGRATION_STORE,
  LOGGER,
  LOG_TAIL,
  MAPPING_STORE,
  NEW_ID,
  PARAMETER_STORE,
  PARKED_RECORDS,
  PROBES,
  PROJECTOR,
  QUEUE_LISTS,
  RANDOM,
  RECEIVED_MESSAGES,
  REGISTRY,
  REGISTRY_HISTORY,
  REJECTED_RECORDS,
  SCHEDULER_STORE,
  SCHEMA_STORE,
  SENDER,
  SHA256,
  STORE_DIRECTORY,
  TOKEN_VERIFIER,
  UNIT_OF_WORK,
  sha256,
  type Probes,
} from '@crossdock/kit';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Adapters } from './adapters.ts';

/** Nest asks for classes to tell modules apart; these have nothing to say. */
@Module({})
class AdaptersModule {}

@Module({})
class ServiceModule {}

/** A service's root module: its own module, and the adapters behind the tokens. */
export function rootModule(adapters: Adapters, service: Type, probes: Probes): DynamicModule {
  const { open } = adapters;
  const values = new Map<symbol, unknown>([
    [CLOCK, adapters.now],
    [RANDOM, adapters.random],
    [NEW_ID, adapters.newId],
    [SHA256, sha256],
    [LOGGER, adapters.logger],
    [PROBES, probes],
    [UNIT_OF_WORK, adapters.database],
    [EVENT_LOG, open.log],
    [LOG_TAIL, open.tail],
    [INTAKE, open.intake],
    [RECEIVED_MESSAGES, open.received],
    [DUE_DELIVERIES, adapters.due],
    [IDENTIFIERS, adapters.identifiers],
    [PARKED_RECORDS, adapters.parked],
    [REJECTED_RECORDS, adapters.rejected],
    [REGISTRY, adapters.registry],
    [REGISTRY_HISTORY, adapters.registry],
    [SENDER, adapters.sender],
    [QUEUE_LISTS, adapters.lists],
    [PROJECTOR, adapters.projector],
    [STORE_DIRECTORY, adapters.stores],
    [TOKEN_VERIFIER, adapters.tokens],
    [MAPPING_STORE, adapters.mappings],
    [PARAMETER_STORE, adapters.parameters],
    [INTEGRATION_STORE, adapters.integrations],
    [DESCRIPTION_FETCHER, adapters.descriptions],
    [SCHEDULER_STORE, adapters.schedulers],
    [SCHEMA_STORE, adapters.schemas],
  ]);
  const providers = [...values].map(([provide, value]) => ({ provide, useValue: value }));
  const shared: DynamicModule = { module: AdaptersModule, global: true, providers, exports: [...values.keys()] };
  return { module: ServiceModule, imports: [shared, service] };
}
