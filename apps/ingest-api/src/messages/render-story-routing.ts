import {
  explainLine,
  messageRoot,
  type JsonValue,
  type MessageNeverProcessed,
  type MessageRouted,
  type Received,
  type RoutingLine,
  type Telling,
} from '@crossdock/core';
import { lineFacts } from '../explanations/routing-line-view.ts';

/** What a story says of routing: the reasons that were stored. `explained_at` has a line for every mapping. */
export function renderRouting(id: string, outcome: MessageRouted | MessageNeverProcessed, received: Received): Record<string, unknown> {
  const telling: Telling = {
    tense: 'past',
    message: outcome.message,
    root: messageRoot(id, received.event, received.parsed() as JsonValue),
    standing: () => undefined,
  };
  const sent = outcome.type === 'message.routed' ? outcome.sent : [];
  return {
    revision: outcome.revision,
    sent: sent.map((to) => lineOf({ code: 'sent', ...to }, telling)),
    not_sent: outcome.reasons.map((reason) => lineOf(reason, telling)),
    ...(outcome.more === undefined ? {} : { more: outcome.more }),
    explained_at: `/api/stores/${outcome.store}/messages/${id}/routing`,
  };
}

const lineOf = (line: RoutingLine, telling: Telling): Record<string, unknown> => ({
  ...lineFacts(line),
  explanation: explainLine(line, telling),
});
