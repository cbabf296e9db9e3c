import { randomBytes } from 'node:crypto';
import kafkajs, { type IHeaders, type KafkaMessage, type Message } from 'kafkajs';
import { call } from '../http.ts';
import type { System } from '../system.ts';
import { FOREIGN, kafkaOf, readTopics } from './topics.ts';

const GARBAGE_BYTES = 5 << 20;
const ROOMY_BYTES = '8388608';

/** What a foreign producer put on a topic. */
export interface Foreign {
  readonly kind: Kind;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly bytes: number;
}

/** What is wrong with a record, and how the hub says so. */
export const reasons = {
  'not JSON': /^The value is not JSON/,
  'unknown type': /^type: no event of this version/,
  'missing header': /^Headers are missing: pos\./,
  'future version': /^ce_type: schema version 2 is newer than this hub reads/,
  'no value': /^The value is null/,
  '5 MB': /^Headers are missing: content-type, /,
} as const;
type Kind = keyof typeof reasons;

/** Records that are none of ours, each wrong in one way: made from one that is right. */
function badRecords({ headers = {}, value }: KafkaMessage): Readonly<Record<Exclude<Kind, '5 MB'>, Message>> {
  const { pos: _pos, ...withoutPlace } = headers;
  const { ce_payloadoffset: _offset, ...withoutPayload } = headers;
  const type = String(headers['ce_type']);
  const text = String(value);
  const with_ = (changed: IHeaders): IHeaders => ({ ...headers, ...changed, [FOREIGN]: '1' });
  return {
    'not JSON': { headers: { ...withoutPayload, [FOREIGN]: '1' }, value: 'This is no JSON.' },
    'unknown type': {
      headers: with_({ ce_type: type.replace(/.\.v1$/, 'x.v1') }),
      value: text.replace(/("type":"[a-z_.]+)[a-z]"/, '$1x"'),
    },
    'missing header': { headers: { ...withoutPlace, [FOREIGN]: '1' }, value: text },
    'future version': { headers: with_({ ce_type: type.replace(/\.v1$/, '.v2') }), value: text },
    'no value': { headers: with_({}), value: null },
  };
}

/** Puts every kind of bad record on each of these topics, and garbage of 5 MB on the first one. Answers where they are. */
export async function produceForeign(brokers: readonly string[], topics: readonly string[]): Promise<readonly Foreign[]> {
  const samples = new Map<string, { readonly partition: number; readonly message: KafkaMessage }>();
  await readTopics(brokers, topics, (topic, partition, message) => {
    if (message.headers?.[FOREIGN] === undefined && !samples.has(topic)) samples.set(topic, { partition, message });
  });
  const producer = kafkaOf(brokers).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  const produced: Foreign[] = [];
  const send = async (kind: Kind, topic: string, partition: number, message: Message): Promise<void> => {
    const [sent] = await producer.send({ topic, messages: [{ ...message, partition }] });
    const bytes = Buffer.byteLength(message.value ?? '');
    produced.push({ kind, topic, partition, offset: sent?.baseOffset ?? '', bytes });
  };
  await producer.connect();
  try {
    for (const [topic, { partition, message }] of samples) {
      const bad = badRecords(message);
      for (const kind of Object.keys(bad) as (keyof typeof bad)[]) await send(kind, topic, partition, bad[kind]);
    }
    const [topic = ''] = topics;
    await takeLarge(brokers, topic);
    await send('5 MB', topic, 0, { headers: { [FOREIGN]: '1' }, value: randomBytes(GARBAGE_BYTES) });
  } finally {
    await producer.disconnect();
  }
  return produced;
}

/** Lets a topic take records that ours do not need, as an operator may. */
async function takeLarge(brokers: readonly string[], topic: string): Promise<void> {
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const admin = kafkaOf(brokers).admin();
  await admin.connect();
  try {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type, name: topic }] });
    const own = (resources[0]?.configEntries ?? []).filter(({ isDefault }) => !isDefault);
    const entries = own.map(({ configName: name, configValue: value }) => ({ name, value }));
    const configEntries = [...entries.filter(({ name }) => name !== LIMIT), { name: LIMIT, value: ROOMY_BYTES }];
    await admin.alterConfigs({ validateOnly: false, resources: [{ type, name: topic, configEntries }] });
  } finally {
    await admin.disconnect();
  }
}

const LIMIT = 'max.message.bytes';

/** `GET /api/rejected_records`, without what is copied from the record, and the time. */
export interface Rejected {
  readonly step: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly bytes: number;
}

/** What administrators are shown of records that nobody could read. */
export async function rejectedRecords({ api, adminToken }: System): Promise<readonly (Rejected & { readonly reason: string })[]> {
  const answer = await call(`${api}/api/rejected_records?limit=1000`, { headers: { 'x-augury-token': adminToken } });
  const { rejected_records: all } = answer.json as { readonly rejected_records: readonly (Rejected & { readonly reason: string })[] };
  return all.map(({ step, topic, partition, offset, bytes, reason }) => ({ step, topic, partition, offset, bytes, reason }));
}
