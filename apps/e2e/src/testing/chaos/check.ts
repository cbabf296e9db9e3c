import { setTimeout as pause } from 'node:timers/promises';
import { Database, databaseDefaults, verify } from '@crossdock/event-log';
import { eventually } from '../eventually.ts';
import { totalOf, type StoreClient } from '../hub.ts';
import { query } from '../stored.ts';
import type { History } from './history.ts';
import { GROUP, timesToSend, type Receiver } from './workload.ts';

const MOST_EXAMPLES = 5;

/** Events behind which something has to follow, or is to be expected. */
const open = [
  'message.received',
  'message.validated',
  'delivery.accepted',
  'delivery.failed',
  'delivery.scheduled',
  'delivery.requeued',
  'delivery.attempt_lost',
];

/** Everything that came in is done with, as the log has it, and the lists show all of it. */
export async function quiesce(store: StoreClient, within = 60_000): Promise<void> {
  const look = async (): Promise<void> => {
    const [log] = await query<{ readonly streams: number; readonly open: number }>(
      store.system.databaseUrl,
      `select count(*)::int as streams, (count(*) filter (where type = any($2)))::int as open from (
         select distinct on (stream_id) type from event
         where facts->>'store' = $1 and type not in ('delivery.answered_late', 'notification.raised', 'notification.repeated')
         order by stream_id, version desc) last`,
      [store.id, open],
    );
    const counts = await store.counts();
    const { incoming, pending, failing, scheduled } = counts;
    const listed = totalOf(counts);
    if (log?.open !== 0 || listed !== log.streams || incoming + pending + failing + scheduled > 0) {
      throw new Error(`It is not quiet: ${log?.open} of ${log?.streams} streams are open; the lists have ${JSON.stringify(counts)}`);
    }
  };
  const end = performance.now() + within;
  await eventually(look, { within, every: 200 });
  // The last thing that was done may make a notification, and that a message.
  await pause(500);
  await eventually(look, { within: Math.max(1_000, end - performance.now()), every: 200 });
}

const hex = (column: string): string => `left(replace(${column}::text, '-', ''), 24)`;

interface StoredMessage {
  readonly id: string;
  readonly message: string;
  readonly origin: string;
  readonly seq: number | null;
}
interface StoredDelivery {
  readonly id: string;
  readonly name: string;
  readonly parent: string;
  readonly last: string;
}

/**
 * Holds what the log has against what was sent and what arrived. Answers everything that is not as it must be, as sentences:
 * nothing is lost, nothing is there twice, nothing was invented, nothing stands still.
 */
export async function check(databaseUrl: string, store: string, history: History, receiver: Receiver): Promise<readonly string[]> {
  const findings = new Findings();
  const messages = await query<StoredMessage>(
    databaseUrl,
    `select ${hex('stream_id')} as id, facts->>'message' as message, facts->>'origin' as origin, (payload->>'seq')::int as seq
     from event where type = 'message.received' and facts->>'store' = $1`,
    [store],
  );
  const deliveries = await query<StoredDelivery>(
    databaseUrl,
    `select ${hex('a.stream_id')} as id, a.facts->>'name' as name, a.facts->>'parent' as parent,
       (select l.type from event l where l.stream_id = a.stream_id and l.type not in ('delivery.answered_late') order by l.version desc limit 1) as last
     from event a where a.type = 'delivery.accepted' and a.facts->>'store' = $1`,
    [store],
  );
  checkPushes(messages, history, findings);
  checkDeliveries(messages, deliveries, findings);
  checkArrivals(deliveries, receiver, findings);
  return [...findings.all(), ...(await verified(databaseUrl))];
}

function checkPushes(messages: readonly StoredMessage[], history: History, findings: Findings): void {
  const stored = new Map<number, string[]>();
  for (const { origin, seq, id } of messages) if (origin === 'push' && seq !== null) stored.set(seq, [...(stored.get(seq) ?? []), id]);
  for (const [seq, id] of history.acknowledged) {
    const ids = stored.get(seq) ?? [];
    if (ids.length === 0) findings.add('lost', `push ${seq} was acknowledged as ${id}, and is not in the log`);
    else if (ids.length > 1 || ids[0] !== id)
      findings.add('doubled', `push ${seq} was acknowledged as ${id}, and is in the log as ${ids.join(', ')}`);
  }
  for (const [seq, outcome] of history.pushes)
    if (outcome.kind === 'wrong') findings.add('wrong answer', `push ${seq} was answered ${outcome.why}`);
  for (const wrong of history.wrongReads) findings.add('wrong answer', wrong);
  for (const [seq, ids] of stored) {
    const pushed = history.pushes.get(seq);
    if (pushed === undefined || pushed.kind === 'refused') findings.add('invented', `push ${seq} is in the log, and was never sent`);
    if (ids.length > 1) findings.add('doubled', `push ${seq} is in the log as ${ids.join(', ')}`);
  }
}

/** What each kind of message must come to. */
const consumers: Readonly<Record<string, readonly string[]>> = {
  'chaos:plain': ['chaos.audit'],
  'chaos:flaky': ['chaos.audit', 'chaos.flaky'],
  'chaos:chain': ['chaos.audit', 'chaos.chain'],
  'chaos:child': ['chaos.audit'],
};

function checkDeliveries(messages: readonly StoredMessage[], deliveries: readonly StoredDelivery[], findings: Findings): void {
  const byParent = new Map<string, string[]>();
  for (const { id, name, parent, last } of deliveries) {
    byParent.set(parent, [...(byParent.get(parent) ?? []), name]);
    if (last !== 'delivery.succeeded' && last !== 'delivery.parked') findings.add('stuck', `delivery ${id} to ${name} ends with ${last}`);
  }
  for (const { id, message } of messages) {
    const names = (byParent.get(id) ?? []).filter((name) => name !== 'chaos.once').sort();
    if (String(names) !== String(consumers[message] ?? []))
      findings.add('misrouted', `message ${id} (${message}) went to [${String(names)}]`);
  }
  checkChildren(messages, deliveries, findings);
  checkGroups(messages, deliveries, findings);
}

/** Every completed delivery to the service that answers with a message has made exactly one. */
function checkChildren(messages: readonly StoredMessage[], deliveries: readonly StoredDelivery[], findings: Findings): void {
  const seqOf = new Map(messages.map(({ id, seq }) => [id, seq]));
  const expected = deliveries
    .filter(({ name, last }) => name === 'chaos.chain' && last === 'delivery.succeeded')
    .map(({ parent }) => seqOf.get(parent));
  const found = messages.filter(({ message }) => message === 'chaos:child').map(({ seq }) => seq);
  if (new Set(found).size !== found.length) findings.add('doubled', `${found.length} children stand for ${new Set(found).size} numbers`);
  const known = new Set(found);
  for (const seq of expected) if (!known.has(seq ?? null)) findings.add('lost', `the answer to push ${seq} has made no message`);
}

/** Of each group one message, and only one, has gone to the mapping with identifiers. */
function checkGroups(messages: readonly StoredMessage[], deliveries: readonly StoredDelivery[], findings: Findings): void {
  const groupOf = new Map(
    messages.filter(({ message }) => message === 'chaos:plain').map(({ id, seq }) => [id, Math.floor((seq ?? 0) / GROUP)]),
  );
  const sent = deliveries.filter(({ name }) => name === 'chaos.once').map(({ parent }) => groupOf.get(parent));
  if (new Set(sent).size !== sent.length) findings.add('doubled', `${sent.length} deliveries stand for ${new Set(sent).size} groups`);
  const missing = [...new Set(groupOf.values())].filter((group) => !sent.includes(group));
  for (const group of missing) findings.add('lost', `nothing of group ${group} was sent`);
}

function checkArrivals(deliveries: readonly StoredDelivery[], { arrivals }: Receiver, findings: Findings): void {
  const known = new Set(deliveries.map(({ id }) => id));
  for (const { id, last } of deliveries) {
    if (last === 'delivery.succeeded' && arrivals.get(id)?.succeeded !== true)
      findings.add('invented', `delivery ${id} is completed, and was not received`);
  }
  for (const [id, { digests }] of arrivals) {
    if (!known.has(id)) findings.add('lost', `delivery ${id} was received, and is not in the log`);
    if (digests.size > 1) findings.add('changed', `delivery ${id} was sent in ${digests.size} forms`);
  }
}

/** Deliveries that were sent more often than their endpoint asked for: where nobody was killed, there are none. */
export async function sentTooOften(databaseUrl: string, store: string, { arrivals }: Receiver): Promise<readonly string[]> {
  const findings = new Findings();
  const deliveries = await query<{ readonly id: string; readonly name: string }>(
    databaseUrl,
    `select ${hex('stream_id')} as id, facts->>'name' as name from event where type = 'delivery.accepted' and facts->>'store' = $1`,
    [store],
  );
  for (const { id, name } of deliveries) {
    const { times = 0 } = arrivals.get(id) ?? {};
    if (times > timesToSend(name, id)) findings.add('sent too often', `delivery ${id} to ${name} arrived ${times} times`);
  }
  return findings.all();
}

async function verified(databaseUrl: string): Promise<readonly string[]> {
  const database = new Database({ ...databaseDefaults, url: databaseUrl, connections: 4, name: 'crossdock-chaos' });
  try {
    const results = await verify(database, { recheckMs: 500 });
    return results
      .filter(({ holds }) => !holds)
      .map(({ id, title, violations, examples }) => `${id} does not hold (${title}), ${violations} times:\n    ${examples.join('\n    ')}`);
  } finally {
    await database.close();
  }
}

/** A few examples of each kind, and how many there are. */
class Findings {
  readonly #kinds = new Map<string, string[]>();

  add(kind: string, text: string): void {
    const known = this.#kinds.get(kind);
    if (known === undefined) this.#kinds.set(kind, [text]);
    else known.push(text);
  }

  all(): readonly string[] {
    return [...this.#kinds].map(([kind, texts]) => `${kind} (${texts.length}): ${texts.slice(0, MOST_EXAMPLES).join('; ')}`);
  }
}
