export { unreachable } from './unreachable.ts';
export { isJsonObject, type JsonObject, type JsonValue } from './json/json-value.ts';
export type { Finding, PayloadFindings } from './validation/finding.ts';
export type {
  Lineage,
  MessageArchived,
  MessageEvent,
  MessageInvalid,
  MessageNeverProcessed,
  MessageReceived,
  MessageResubmitted,
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
export { holdsDeliveries, type Mapping, type MappingOptions, type MappingParameter } from './routing/mapping.ts';
export type { LoopFinding, RoutedTo, RoutingReason } from './routing/routing-reason.ts';
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
  type Publications,
  type RecordOutcome,
  type RecordPublisher,
  type RecordToPublish,
  type RejectedRecord,
  type RejectedRecords,
  type Subscription,
} from './ports/bus.ts';
export type { DueDeliveries, DueDelivery, ReadyEndpoint, Settlement, WaitingCount, WaitingMapping } from './ports/due.ts';
export type { EventLog, Intake, LogTail, Received, ReceivedMessages, StoredEvent } from './ports/event-log.ts';
export type { IdentifierClaim, Identifiers } from './ports/identifiers.ts';
export type { ParkedRecords } from './ports/parked-records.ts';
export type {
  MappingLife,
  Parameter,
  ParameterType,
  ParameterWrite,
  PastSnapshot,
  Registry,
  RegistryHistory,
  StoreSnapshot,
} from './ports/registry.ts';
export type { Getter, GetResult } from './ports/getter.ts';
export type { SendFailureClass, Sender, SendRequest, SendResult, StopSignal } from './ports/sender.ts';
export type { Transaction, UnitOfWork } from './ports/transaction.ts';
export { DEFAULT_ANSWER_LIMITS, type Answer, type AnswerLimits, type AnswerMessage } from './answer/answer.ts';
export { classifyAnswer, type HttpAnswer, type Sent } from './answer/classify-answer.ts';
export { boundedAttributes, notificationLevel, readNotification } from './answer/read-notifications.ts';
export { parseRetryAfter, retryDelay, MAX_RETRY_AFTER_MS, type BackoffPolicy } from './delivery/backoff.ts';
export { decideDelivery, MAX_HOPS, type DeliveryDecision, type DeliveryInput } from './delivery/decide-delivery.ts';
export { buildRequest, type RequestInput, type Utf8 } from './delivery/request.ts';
export { decideVerb, type DeliveryVerb, type VerbDecision } from './delivery/decide-verb.ts';
export { concludeTrial, type TrialConclusion, type TrialLine, type TriedMessage } from './explaining/conclude-trial.ts';
export { explainAbsence, explainChange, type Absence, type ChangedSince } from './explaining/explain-change.ts';
export { explainLine, listed, type Telling, type Tense } from './explaining/explain-line.ts';
export { explainStanding, type Standing } from './explaining/explain-standing.ts';
export { lineAt, outlineRouting, type Place, type RoutingOutline } from './explaining/outline-routing.ts';
export { MappingTrial, type FilterTally, type TrialMessage, type TrialVerdict } from './explaining/mapping-trial.ts';
export { pathHint } from './explaining/path-hint.ts';
export type { KnownLine, LineCode, RoutingLine } from './explaining/routing-line.ts';
export { summarizeRouting } from './explaining/summarize-routing.ts';
export { trialHints } from './explaining/trial-hints.ts';
export { explainFilter, mustBe } from './filter/explain.ts';
export {
  DEFAULT_FILTER_LIMITS,
  FILTER_OPERATORS,
  parseFilter,
  parseFilters,
  type CompiledRegex,
  type CompileRegex,
  type FilterOperator,
  type FilterProblem,
  type FilterProblemCode,
  type MatchRule,
  type ParsedFilter,
} from './filter/filter.ts';
export {
  identifierKey,
  parseIdentifiers,
  type IdentifierKey,
  type IdentifierProblem,
  type ParsedIdentifiers,
  type ReadIdentifiers,
} from './filter/identifiers.ts';
export { matches, type FilterReason, type FilterResult } from './filter/matches.ts';
export { parsePath, walk, type ParsedPath, type PathError } from './filter/path.ts';
export {
  DEFAULT_SCAN_LIMITS,
  lastMember,
  scanArray,
  scanObject,
  type MemberSpan,
  type ScannedArray,
  type ScannedObject,
  type ScanProblem,
} from './json/spans.ts';
export { memberName, putLastMember, setMember, type MemberName } from './json/splice.ts';
export { DEFAULT_DIFF_LIMITS, diffJson, type DiffLimits, type JsonDiff, type PatchOperation } from './json/diff.ts';
export { boundedText, canonicalText, previewText } from './json/text.ts';
export { decideResubmission, type Resubmission, type ResubmissionDecision } from './message/decide-resubmission.ts';
export { factsText } from './message/facts-text.ts';
export { messageRoot } from './message/message-root.ts';
export { childId, composeId, isMessageId, secondsOf, type ChildOrigin } from './message/message-id.ts';
export {
  decideNotification,
  notificationId,
  notificationKey,
  type NotificationDecision,
  type Occurrence,
} from './notifying/decide-notification.ts';
export { decideRouting, type RoutingDecision, type RoutingInput } from './routing/decide-routing.ts';
export { explainLoop } from './routing/explain-loop.ts';
export { MAX_LINEAGE, MAX_PASSES, MAX_TRAIL, trailThrough, type Passage } from './routing/loop-guard.ts';
export { MOST_REASONS } from './routing/reason-list.ts';
export { matchMappings, type Candidate, type Matched } from './routing/match-mappings.ts';
export { retraceRouting } from './routing/retrace-routing.ts';
export { fitValue, typeOfValue } from './routing/parameter-value.ts';
export {
  checkMessage,
  type AppliedSchema,
  type CheckedMessage,
  type CheckPayload,
  type RegisteredSchema,
} from './validation/check-message.ts';
export { decideValidation, type ValidationDecision } from './validation/decide-validation.ts';
export { foldDelivery, foldMessage, foldNotification, isDeliveryEvent, isMessageEvent, isNotificationEvent } from './message/fold.ts';
export { isItemState, queueOf, statesOf, type ItemState, type QueueName } from './queue/queue-state.ts';
export type {
  ListedItem,
  ListedNotification,
  NewestMessages,
  NotificationFilters,
  Page,
  QueueCounts,
  QueueFilters,
  QueueLists,
  QueuePage,
} from './ports/queue-lists.ts';
export type {
  DescriptorRead,
  DescriptorSource,
  DescriptorState,
  Destination,
  EndpointDescription,
  IntegrationStore,
  IntegrationView,
  ServiceDescription,
  WantedParameter,
} from './ports/integrations.ts';
export type {
  Caller,
  Change,
  DraftedMapping,
  FieldProblem,
  FilterView,
  ListPart,
  MappingDefinition,
  MappingOptionsView,
  MappingStore,
  MappingVersion,
  MappingView,
  ParameterChange,
  ParameterStore,
  ParameterView,
  Removed,
  Saved,
  StoreDirectory,
  StoreRecord,
  TokenVerifier,
  VersionKind,
} from './ports/registry-admin.ts';
export { SCHEMALESS_TRUST_MS } from './ports/schemas.ts';
export type {
  RegisteredOutcome,
  SavedSchema,
  SchemaCompatibility,
  SchemaStore,
  SchemaSummary,
  SchemaTrial,
  SchemaVersion,
  SchemaView,
} from './ports/schemas.ts';
export type { IntervalUnit, SchedulerStore, SchedulerView, ScheduleTiming } from './ports/schedulers.ts';
export { notificationOfInvalid, notificationOfMessage, type MessageNotification } from './notifying/message-notifications.ts';
