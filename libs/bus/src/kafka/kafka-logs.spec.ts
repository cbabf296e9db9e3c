import type { Logger } from '@crossdock/kit';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { kafkaLogLevel, kafkaLogs } from './kafka-logs.ts';

const { logLevel } = kafkajs;

const said = (...entries: readonly (readonly [number, string, object?])[]): readonly (readonly [string, string])[] => {
  const lines: (readonly [string, string])[] = [];
  const logger = {
    warn: (_facts: object, text: string) => lines.push(['warn', text]),
    debug: (_facts: object, text: string) => lines.push(['debug', text]),
  };
  const log = kafkaLogs(logger as unknown as Logger)(logLevel.INFO);
  for (const [level, message, more] of entries) {
    log({ namespace: 'Runner', level, label: '', log: { timestamp: '', logger: 'kafkajs', message, ...more } });
  }
  return lines;
};

it('makes kafkajs’s errors and warnings warnings, and the rest is for debugging', () => {
  expect(
    said(
      [logLevel.ERROR, 'Crash: KafkaJSNonRetriableError'],
      [logLevel.WARN, 'Something odd'],
      [logLevel.INFO, 'Starting'],
      [logLevel.DEBUG, 'x'],
    ),
  ).toEqual([
    ['warn', 'kafkajs: Crash: KafkaJSNonRetriableError'],
    ['warn', 'kafkajs: Something odd'],
    ['debug', 'kafkajs: Starting'],
    ['debug', 'kafkajs: x'],
  ]);
});

it('leaves to debugging what happens every day', () => {
  const everyDay = [
    [logLevel.ERROR, 'Response GroupCoordinator(key: 10, version: 2)', { error: 'The group coordinator is not available' }],
    [logLevel.ERROR, 'Response FindCoordinator', { error: 'The coordinator is loading and hence can’t process requests for this group' }],
    [logLevel.WARN, 'The group is rebalancing, re-joining', { error: 'The group is rebalancing, so a rejoin is needed' }],
    [logLevel.ERROR, 'Response Heartbeat(key: 12, version: 3)', { error: 'The group is rebalancing, so a rejoin is needed' }],
    [logLevel.ERROR, 'Response CreateTopics(key: 19, version: 3)', { error: 'Topic creation errors' }],
    [logLevel.ERROR, 'Response Metadata', { error: 'This server does not host this topic-partition' }],
    [logLevel.ERROR, 'The coordinator is not aware of this member, re-joining the group'],
  ] as const;
  expect(new Set(said(...everyDay).map(([level]) => level))).toEqual(new Set(['debug']));
});

it('says what repeats once', () => {
  const gone = [logLevel.ERROR, 'Connection error: connect ECONNREFUSED 127.0.0.1:9092'] as const;
  expect(said(gone, gone, gone, [logLevel.ERROR, 'Another one'], gone).map(([level]) => level)).toEqual([
    'warn',
    'debug',
    'debug',
    'warn',
    'debug',
  ]);
});

it('lets kafkajs write no more than somebody may read', () => {
  const levelOf = (isDebugged: boolean): number => kafkaLogLevel({ isLevelEnabled: () => isDebugged } as unknown as Logger);
  expect([levelOf(true), levelOf(false)]).toEqual([logLevel.INFO, logLevel.WARN]);
});
