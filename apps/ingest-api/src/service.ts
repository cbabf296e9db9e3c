import type { ServiceDefinition } from '@crossdock/kit';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { StoreAccess } from './auth/store-access.ts';
import { DeliveryStandings } from './explanations/delivery-standings.ts';
import { DryRuns } from './explanations/dry-run.ts';
import { MappingTestController } from './explanations/mapping-test.controller.ts';
import { MappingTests } from './explanations/mapping-test.ts';
import { RoutingController } from './explanations/routing.controller.ts';
import { RoutingExplanations } from './explanations/routing-explanations.ts';
import { TryController } from './explanations/try.controller.ts';
import { HealthController } from './health/health.controller.ts';
import { ErrorFilter } from './http/error.filter.ts';
import { createServer } from './http/server.ts';
import { DescriptionHost } from './integrations/description-host.ts';
import { IntegrationsController } from './integrations/integrations.controller.ts';
import { MappingsController } from './mappings/mappings.controller.ts';
import { LineageController } from './messages/lineage.controller.ts';
import { Lineages } from './messages/lineage.ts';
import { MessageStories } from './messages/message-story.ts';
import { MessageVerbs } from './messages/message-verbs.ts';
import { MessagesController } from './messages/messages.controller.ts';
import { NotificationsController } from './notifications/notifications.controller.ts';
import { API_DOCUMENT, ApiDocs } from './openapi/api-docs.ts';
import { DocsController } from './openapi/docs.controller.ts';
import { renderOpenApi } from './openapi/render-openapi.ts';
import { ParametersController } from './parameters/parameters.controller.ts';
import { PushController } from './push/push.controller.ts';
import { ParkedRecordsController } from './queues/parked-records.controller.ts';
import { ProjectionHost } from './queues/projection-host.ts';
import { QueuesController } from './queues/queues.controller.ts';
import { RejectedRecordsController } from './queues/rejected-records.controller.ts';
import { SchedulersController } from './schedulers/schedulers.controller.ts';
import { ResubmissionsController } from './resubmissions/resubmissions.controller.ts';
import { Resubmissions } from './resubmissions/resubmissions.ts';
import { SchemaEffects } from './schemas/schema-effects.ts';
import { SchemasController } from './schemas/schemas.controller.ts';
import { StoresController } from './stores/stores.controller.ts';

@Module({
  controllers: [
    PushController,
    MessagesController,
    RoutingController,
    TryController,
    LineageController,
    QueuesController,
    NotificationsController,
    ParkedRecordsController,
    RejectedRecordsController,
    StoresController,
    MappingTestController,
    MappingsController,
    IntegrationsController,
    ParametersController,
    SchedulersController,
    SchemasController,
    ResubmissionsController,
    HealthController,
    DocsController,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ErrorFilter },
    StoreAccess,
    MessageStories,
    MessageVerbs,
    DeliveryStandings,
    RoutingExplanations,
    DryRuns,
    MappingTests,
    Lineages,
    SchemaEffects,
    Resubmissions,
    ProjectionHost,
    ApiDocs,
    { provide: API_DOCUMENT, useValue: () => renderOpenApi(IngestApiModule) },
    DescriptionHost,
  ],
})
class IngestApiModule {}

export const ingestApi: ServiceDefinition = {
  name: 'ingest-api',
  module: IngestApiModule,
  front: 'http',
  server: createServer,
  defaultPort: 4600,
};
