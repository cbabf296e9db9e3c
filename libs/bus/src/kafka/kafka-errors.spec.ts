import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { isLeftBehind, isPassing, isRefused } from './kafka-errors.ts';

const { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } = kafkajs;
// Declared without the text that they take.
const { KafkaJSNotImplemented, KafkaJSSASLAuthenticationError } = kafkajs as unknown as Readonly<
  Record<'KafkaJSNotImplemented' | 'KafkaJSSASLAuthenticationError', new (text: string) => Error>
>;

const protocol = (type: string, retriable = false): Error => {
  return new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable }));
};
const exceeded = (cause: Error): Error => new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 5, retryTime: 100 });

it('tells what passes by itself from what does not', () => {
  const passing = [
    new KafkaJSConnectionError('connect ECONNREFUSED'),
    exceeded(new KafkaJSConnectionError('connect ECONNREFUSED')),
    exceeded(protocol('LEADER_NOT_AVAILABLE', true)),
    exceeded(new Error('anything, again and again')),
    protocol('UNKNOWN_TOPIC_OR_PARTITION', true),
  ];
  const lasting = [
    new TypeError('a defect'),
    new KafkaJSNonRetriableError('Invalid topic'),
    protocol('TOPIC_AUTHORIZATION_FAILED'),
    new KafkaJSNotImplemented('Snappy compression not implemented'),
    new KafkaJSSASLAuthenticationError('SASL PLAIN authentication failed'),
    exceeded(new KafkaJSSASLAuthenticationError('SASL PLAIN authentication failed')),
    undefined,
    'a text',
  ];
  expect([passing.map(isPassing), lasting.map(isPassing)]).toEqual([passing.map(() => true), lasting.map(() => false)]);
});

it('knows when the group has moved on', () => {
  const types = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP', 'OFFSET_OUT_OF_RANGE'];
  expect(types.map((type) => isLeftBehind(protocol(type)))).toEqual([true, true, true, true, false]);
  expect([new TypeError('a defect'), undefined].map(isLeftBehind)).toEqual([false, false]);
});

it('knows what a topic will never take', () => {
  expect([exceeded(protocol('MESSAGE_TOO_LARGE')), protocol('NOT_ENOUGH_REPLICAS', true)].map(isRefused)).toEqual([true, false]);
});
