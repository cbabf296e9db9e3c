import type { Logger } from '@crossdock/kit';
import kafkajs, { type logCreator } from 'kafkajs';

const { logLevel } = kafkajs;

/** What kafkajs calls errors and warnings, and is every day's business: it goes on by itself, and our own lines say what matters. */
const EVERY_DAY =
  /coordinator is not available|coordinator is loading|group is rebalancing|not the coordinator|not aware of this member|rejoin|re-joining|Topic creation errors|does not host this topic-partition|not the leader|no leader|rebalance in progress/i;
/** An unreachable broker is the same line ten times a second; said once in a while it says as much. */
const REPEAT_MS = 30_000;
const MOST_REMEMBERED = 100;

/** kafkajs's own words in our log: errors as warnings (our code says what they lead to), everyday noise and the rest as debug. */
export function kafkaLogs(logger: Logger): logCreator {
  const said = new Map<string, number>();
  const isNews = (text: string): boolean => {
    const now = performance.now();
    if (now - (said.get(text) ?? -Infinity) < REPEAT_MS) return false;
    if (said.size >= MOST_REMEMBERED) said.clear();
    said.set(text, now);
    return true;
  };
  return () => (entry) => {
    const { message, error, groupId, broker }: Readonly<Record<string, unknown>> & { readonly message: string } = entry.log;
    const facts = { event: 'kafka_client', from: entry.namespace, broker, group: groupId, error };
    const text = `kafkajs: ${message}`;
    const spoken = typeof error === 'string' ? `${message} ${error}` : message;
    const matters = entry.level <= logLevel.WARN && !EVERY_DAY.test(spoken);
    if (matters && isNews(spoken)) logger.warn(facts, text);
    else logger.debug(facts, text);
  };
}

/** The least level that is worth kafkajs's trouble to write an entry. */
export function kafkaLogLevel(logger: Logger): number {
  return logger.isLevelEnabled('debug') ? logLevel.INFO : logLevel.WARN;
}
