export { carriesPayload, consumers, kafkaGroupId, topicOf, topics, topicSettings, type Topic, type TopicSettings } from './topics.ts';
export { checkPayload } from './payload/check-payload.ts';
export type { PayloadFindingCode } from './payload/explain-error.ts';
export { builtInType, builtInTypes, messageTypes, typeAliases, type BuiltInType, type PayloadFamily } from './payload/message-types.ts';
export { isMessageType, isPoll, maxMessageTypeLength, messageTypePattern } from './payload/message-type-name.ts';
export { payloadSchemaOf, type PayloadSchema } from './payload/payload-schemas.ts';
export type { CompilePattern, SchemaPattern } from './payload/schema/compile-pattern.ts';
export { compileSchema, type CompiledSchema, type SchemaFindingCode } from './payload/schema/compile-schema.ts';
export { compareSchemas } from './payload/schema/compatibility/compare-schemas.ts';
export type { CompatibilityCode } from './payload/schema/compatibility/keyword-findings.ts';
export { knownFormats, type KnownFormat } from './payload/schema/known-formats.ts';
export { readSchema, type ReadSchema, type SchemaRules } from './payload/schema/read-schema.ts';
export { schemaLimits, type SchemaLimits } from './payload/schema/schema-limits.ts';
export type { SchemaDocument, SchemaNode } from './payload/schema/schema-node.ts';
export type { SchemaProblemCode, SchemaRemarkCode } from './payload/schema/schema-problem.ts';
export { renderMessageTypeDocs } from './payload/render-message-type-docs.ts';
export {
  brokenSamples,
  sampleAnswers,
  sampleReplies,
  samples,
  type BrokenSample,
  type Sample,
  type SampleAnswer,
} from './samples/samples.ts';
export { catalogue, catalogueGroups, isErrorCode, type ErrorCode } from './errors/catalogue.ts';
export type { ErrorEntry } from './errors/error-entry.ts';
export { attemptErrorCode } from './errors/attempt-error-code.ts';
export { errorDocsPath, problem, problemMediaType, type Problem, type ProblemCase, type ProblemError } from './errors/problem.ts';
export { legacyError, type LegacyError } from './errors/legacy-error.ts';
export { renderErrorDocs } from './errors/render-error-docs.ts';
export { parseRecord, RecordEnvelope, type ParsedRecord } from './envelope/record-envelope.ts';
export { decodeRecord, encodeRecord, type DecodedRecord, type EncodedRecord, type RawRecord } from './envelope/record-codec.ts';
export { sampleRecords } from './envelope/sample-records.ts';
export { recordTypeOf, type RecordHeaders } from './envelope/record-headers.ts';
export { renderAsyncApi, type AsyncApiDocument, type AsyncApiOptions } from './asyncapi/render-async-api.ts';
export { httpSchemas, type HttpSchemaName } from './http/http-schemas.ts';
export { closedObject, listOfRef, ref } from './http/http-schema.ts';
export { queryParameters, type QueryParameter, type QueryParameterName } from './http/query-parameters.ts';
export type { JsonSchema } from './envelope/json-schema.ts';
