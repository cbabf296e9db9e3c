import { randomInt } from 'node:crypto';
import kafkajs, { type Admin, type IResourceConfigEntry } from 'kafkajs';
import { typeOf } from './kafka-errors.ts';

/**
 * kafkajs does not speak topic ids, and a topic that is deleted and made again has the same name. So topics are made with a mark:
 * a random number of milliseconds in a setting that has no effect on them, as it concerns compacted topics only. Whoever makes the
 * topic anew, with us or by hand, does not hit the same number.
 */
const MARK = 'delete.retention.ms';
const MARK_FROM = 86_400_000;
const MARKS = 2 ** 40;

/** The setting that marks a new topic. */
export function newMark(): IResourceConfigEntry {
  return { name: MARK, value: String(MARK_FROM + randomInt(1, MARKS)) };
}

/**
 * Names the cluster and the incarnations of its topics: `<cluster id>/<mark>.<mark>…`, in the order of the topics. A topic without a
 * mark of ours, or one whose settings may not be read, stands as `-`: its being made anew goes unnoticed here.
 */
export async function topicIdentity(admin: Admin, topics: readonly string[], nameOf: (topic: string) => string): Promise<string> {
  const { clusterId } = await admin.describeCluster();
  const marks = await marksOf(admin, topics.map(nameOf));
  return `${clusterId}/${topics.map((topic) => marks.get(nameOf(topic)) ?? '-').join('.')}`;
}

async function marksOf(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, string>();
  for (const [name, value] of await topicConfigs(admin, names, MARK)) {
    if (Number(value) > MARK_FROM) marks.set(name, (Number(value) - MARK_FROM).toString(36));
  }
  return marks;
}

/** One setting of topics, by their names. Empty where this user may not read settings. */
export async function topicConfigs(admin: Admin, names: readonly string[], setting: string): Promise<ReadonlyMap<string, string>> {
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type, name, configNames: [setting] })),
    });
    const entries = resources.map(({ resourceName, configEntries }) => {
      return [resourceName, configEntries.find(({ configName }) => configName === setting)?.configValue] as const;
    });
    return new Map(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  } catch (error) {
    if (typeOf(error) === 'TOPIC_AUTHORIZATION_FAILED') return new Map();
    throw error;
  }
}
