/**
 * @typedef {{ id: number, port: number, controllerPort: number, advertisedPort?: number | undefined }} Node
 * A broker that is a controller too. Clients are told to come to `advertisedPort`, which is `port` unless something stands in between.
 */

/** The largest record that a topic can be told to take, in bytes: a message of the largest size, and what surrounds it. */
export const maxRecordBytes = 80 * 1024 * 1024;

const address = '127.0.0.1';

/**
 * Where clients find the nodes.
 * @param {readonly Node[]} nodes
 * @returns {string[]}
 */
export const addressesOf = (nodes) => nodes.map(({ port, advertisedPort = port }) => `${address}:${advertisedPort}`);

/**
 * The configuration file of one node of a cluster.
 * @param {{ id: number, nodes: readonly Node[], folder: string, more?: Readonly<Record<string, string>> }} node
 * `folder` is where its data go; `more` is added, and outranks what is here
 */
export function brokerProperties({ id, nodes, folder, more = {} }) {
  const node = nodes.find((one) => one.id === id);
  const values = {
    ...identity(node, nodes),
    'log.dirs': folder,
    ...replication(nodes.length),
    ...haste,
    ...frugality,
    ...records,
    ...more,
  };
  return `${Object.entries(values)
    .map(([name, value]) => `${name}=${escape(value)}`)
    .join('\n')}\n`;
}

const identity = ({ id, port, controllerPort, advertisedPort = port }, nodes) => ({
  'process.roles': 'broker,controller',
  'node.id': String(id),
  'controller.quorum.voters': nodes.map((one) => `${one.id}@${address}:${one.controllerPort}`).join(','),
  listeners: `PLAINTEXT://${address}:${port},CONTROLLER://${address}:${controllerPort}`,
  'advertised.listeners': `PLAINTEXT://${address}:${advertisedPort}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
});

function replication(count) {
  const replicas = String(Math.min(3, count));
  // With three, one may be away and nothing that was acknowledged is lost.
  const inSync = count >= 3 ? '2' : '1';
  return {
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
  };
}

/** Whoever joins, leaves or comes back on one machine should not wait as long as across a network. */
const haste = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'broker.heartbeat.interval.ms': '500',
  // A killed broker waits this long for the end of its own former registration.
  'broker.session.timeout.ms': '3000',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
};

const frugality = {
  'num.network.threads': '2',
  'num.io.threads': '2',
  // The default is half of our heap.
  'log.cleaner.dedupe.buffer.size': '8388608',
};

const records = {
  // A topic nobody made is a mistake that should be seen.
  'auto.create.topics.enable': 'false',
  'num.partitions': '4',
  'message.max.bytes': String(maxRecordBytes),
  'replica.fetch.max.bytes': String(maxRecordBytes),
};

const escape = (value) => value.replaceAll('\\', '\\\\');

/** How a broker logs: to its output, from `level` on. */
export const loggingProperties = (level = 'WARN') => `status=error
appender.o.type=Console
appender.o.name=o
appender.o.layout.type=PatternLayout
appender.o.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=${level}
rootLogger.appenderRef.o.ref=o
`;
