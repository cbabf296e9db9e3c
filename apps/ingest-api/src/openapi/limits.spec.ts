import { httpSchemas, type JsonSchema } from '@crossdock/contracts';
import { integrationLimits, mappingLimits, parameterLimits, schedulerLimits } from '@crossdock/registry';
import { expect, it } from 'vitest';

/** A schema inside another, by the names of members and keywords. */
const at = (schema: JsonSchema, ...path: readonly string[]): JsonSchema =>
  path.reduce<JsonSchema>(
    (inside, name) => (inside[name] ?? (inside['properties'] as JsonSchema | undefined)?.[name]) as JsonSchema,
    schema,
  );
const mapping = (...path: readonly string[]): JsonSchema => at(httpSchemas.MappingUpdate, ...path);
const option = (...path: readonly string[]): JsonSchema => mapping('options', ...path);
const range = ({ minimum, maximum }: JsonSchema): object => ({ min: minimum, max: maximum });

it('the document has the limits of mappings', () => {
  const { maxMessages, maxFilters, maxParameters, maxUrl, maxToken, maxUsage, maxAttempts, baseMs, factor, capMs, timeout, concurrency } =
    mappingLimits;
  expect([mapping('messages')['maxItems'], mapping('filters')['maxItems'], mapping('parameters')['maxItems']]).toEqual([
    maxMessages,
    maxFilters,
    maxParameters,
  ]);
  expect([mapping('url')['maxLength'], mapping('token')['maxLength'], mapping('usage')['maxLength']]).toEqual([maxUrl, maxToken, maxUsage]);
  expect([option('max_attempts'), option('timeout'), option('concurrency')].map(range)).toEqual([maxAttempts, timeout, concurrency]);
  expect([option('backoff', 'base_ms'), option('backoff', 'factor'), option('backoff', 'cap_ms')].map(range)).toEqual([
    baseMs,
    factor,
    capMs,
  ]);
});

it('the document has the limits of integrations, parameters and schedules', () => {
  const integration = (name: string): unknown => at(httpSchemas.IntegrationUpdate, name)['maxLength'];
  const { maxName, maxUrl, maxToken, maxCategory, maxDisplay } = integrationLimits;
  expect(['name', 'url', 'token', 'category', 'display'].map(integration)).toEqual([maxName, maxUrl, maxToken, maxCategory, maxDisplay]);
  expect(at(httpSchemas.ParameterUpdate, 'name')['maxLength']).toBe(parameterLimits.maxName);
  expect(at(httpSchemas.ParameterUpdate, 'value')['description']).toContain(parameterLimits.maxValue.toLocaleString('en'));
  expect(at(httpSchemas.SchedulerUpdate, 'cron')['maxLength']).toBe(schedulerLimits.maxCron);
});
