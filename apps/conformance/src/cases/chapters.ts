import type { Chapter } from '../suite/case.ts';
import { availableMessages } from './available-messages.ts';
import { ids } from './ids.ts';
import { integrations } from './integrations.ts';
import { mappings } from './mappings.ts';
import { messages } from './messages.ts';
import { notOffered } from './not-offered.ts';
import { notifications } from './notifications.ts';
import { ownRoutes } from './own-routes.ts';
import { parameters } from './parameters.ts';
import { payloads } from './payloads.ts';
import { pushing } from './pushing.ts';
import { queues } from './queues.ts';
import { routing } from './routing.ts';
import { samples } from './samples.ts';
import { schedulers } from './schedulers.ts';
import { schemas } from './schemas.ts';
import { tokens } from './tokens.ts';
import { verbs } from './verbs.ts';

/** Everything that the HTTP API of the messages dialect promises. */
export const chapters: readonly Chapter[] = [
  pushing,
  ids,
  payloads,
  tokens,
  messages,
  verbs,
  availableMessages,
  samples,
  queues,
  notifications,
  integrations,
  mappings,
  routing,
  parameters,
  schedulers,
  schemas,
  ownRoutes,
  notOffered,
];
