export { unreachable } from './unreachable.ts';
export { isJsonObject, type JsonObject, type JsonValue } from './json/json-value.ts';
export type { Finding } from './validation/finding.ts';
export type {
  Lineage,
  MessageArchived,
  MessageEvent,
  MessageInvalid,
  MessageNeverProcessed,
  MessageReceived,
  MessageRouted,
  MessageValidated,
  Origin,
} from './message/events.ts';
export type { EventType, HubEvent, NewEvent, Versioned } from './message/hub-event.ts';
export { evolveMessage, unknownMessage, type MessageState } from './message/message.ts';
export type {
  Attempt,
  AttemptError,
  DeliveryAccepted,
  DeliveryAnsweredLate,
  DeliveryArchived,
  DeliveryAttemptLost,
  DeliveryEvent,
  DeliveryFailed,
  DeliveryParked,
  DeliveryRequeued,
  DeliveryScheduled,
  DeliverySucceeded,
  ErrorClass,
  NotificationEntry,
  NotificationLevel,
  ParkReason,
} from './delivery/events.ts';
export { evolveDelivery, unknownDelivery, type DeliveryState } from './delivery/delivery.ts';
export type { NotificationEvent, NotificationRaised, NotificationRepeated } from './notifying/events.ts';
export { evolveNotification, unknownNotification, type NotificationState } from './notifying/notification.ts';
export type { Mapping, MappingOptions, MappingParameter } from './routing/mapping.ts';
export type { RoutedTo, RoutingReason } from './routing/routing-reason.ts';
export type { Clock, NewId, Random, Sha256 } from './ports/ambient.ts';
export {
  done,
  poison,
  retry,
  type BatchHandler,
  type CheckpointKey,
  type Checkpoints,
  type ConsumerHealth,
  type LogConsumer,
  type LogRecord,
  type ParkedRecord,
  type RecordOutcome,
  type Subscription,
} from './ports/bus.ts';
export type { DueDeliveries, DueDelivery, ReadyEndpoint, Settlement } from './ports/due.ts';
export type { EventLog, Intake, LogTail, Received, ReceivedMessages, StoredEvent } from './ports/event-log.ts';
export type { IdentifierClaim, Identifiers } from './ports/identifiers.ts';
export type { Parameter, ParameterType, ParameterWrite, Registry, StoreSnapshot } from './ports/registry.ts';
export type { SendFailureClass, Sender, SendRequest, SendResult, StopSignal } from './ports/sender.ts';
export type { Transaction, UnitOfWork } from './ports/transaction.ts';
