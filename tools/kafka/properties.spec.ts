import { describe, expect, it } from 'vitest';
import { addressesOf, brokerProperties, type Node } from './properties.mjs';

const nodesFrom = (ids: readonly number[]): readonly Node[] => ids.map((id) => ({ id, port: 19_091 + id, controllerPort: 19_191 + id }));

const read = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

const shared = {
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'broker.heartbeat.interval.ms': '500',
  'broker.session.timeout.ms': '3000',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'num.network.threads': '2',
  'num.io.threads': '2',
  'log.cleaner.dedupe.buffer.size': '8388608',
  'auto.create.topics.enable': 'false',
  'num.partitions': '4',
  'message.max.bytes': '83886080',
  'replica.fetch.max.bytes': '83886080',
};

describe('brokerProperties', () => {
  it('makes one node a whole cluster on the loopback', () => {
    expect(read(brokerProperties({ id: 1, nodes: nodesFrom([1]), folder: '/data/1' }))).toEqual({
      ...shared,
      'node.id': '1',
      'log.dirs': '/data/1',
      'controller.quorum.voters': '1@127.0.0.1:19192',
      listeners: 'PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19192',
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:19092',
      'default.replication.factor': '1',
      'min.insync.replicas': '1',
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
    });
  });

  it('lets one of three be away without a loss', () => {
    expect(read(brokerProperties({ id: 2, nodes: nodesFrom([1, 2, 3]), folder: '/data/2' }))).toEqual({
      ...shared,
      'node.id': '2',
      'log.dirs': '/data/2',
      'controller.quorum.voters': '1@127.0.0.1:19192,2@127.0.0.1:19193,3@127.0.0.1:19194',
      listeners: 'PLAINTEXT://127.0.0.1:19093,CONTROLLER://127.0.0.1:19193',
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:19093',
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'offsets.topic.replication.factor': '3',
      'transaction.state.log.replication.factor': '3',
      'transaction.state.log.min.isr': '2',
    });
  });

  it('sends clients to what stands in between, takes more settings, and escapes what the format would swallow', () => {
    const nodes: readonly Node[] = [{ id: 1, port: 19_092, controllerPort: 19_192, advertisedPort: 20_000 }];
    const found = read(
      brokerProperties({ id: 1, nodes, folder: String.raw`C:\data`, more: { 'num.io.threads': '8', 'log.retention.ms': '1000' } }),
    );
    expect(found).toMatchObject({
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:20000',
      listeners: 'PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19192',
      'num.io.threads': '8',
      'log.retention.ms': '1000',
      'log.dirs': String.raw`C:\\data`,
    });
    expect(addressesOf(nodes)).toEqual(['127.0.0.1:20000']);
  });
});
