import type { NewEvent } from '@crossdock/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { idArray } from '../database/binary-arrays.ts';
import { pgOf } from '../database/database.ts';
import { Projector, projectorDefaults } from '../projection/projector.ts';
import { rebuildProjection } from '../projection/rebuild.ts';
import { makeHistory } from '../projection/testing/history.ts';
import { openTestLog, type TestLog } from '../projection/testing/open-projection.ts';
import { readProjection } from '../projection/testing/read-projection.ts';
import { settleWork } from '../projection/testing/settle-work.ts';
import { verify, type VerifyOptions } from './verify.ts';

const from = Date.UTC(2026, 10, 20, 23, 59, 50);
const history = makeHistory({ seed: 11, messages: 500, stores: 3, from, everyMs: 40 });
const quick: Partial<VerifyOptions> = { pageEvents: 150, recheckMs: 1 };

describe('verify', () => {
  let template: TestDatabase;
  let place: TestDatabase;
  let log: TestLog;

  beforeAll(async () => {
    template = await createDatabase();
    const first = await openTestLog(template.url);
    await first.append(history);
    await settleWork(first);
    await rebuildProjection(first.database);
    await first.close();
  });
  afterAll(() => template.drop());

  beforeEach(async () => {
    place = await createDatabase({ template: new URL(template.url).pathname.slice(1) });
    log = await openTestLog(place.url);
  });
  afterEach(async () => {
    await log.close();
    await place.drop();
  });

  /** The invariants that do not hold, with how often, and one example of each. */
  const violated = async (options: Partial<VerifyOptions> = {}): Promise<readonly [string, number, string | undefined][]> =>
    (await verify(log.database, { ...quick, ...options }))
      .filter(({ holds }) => !holds)
      .map(({ id, violations, examples }) => [id, violations, examples[0]?.replaceAll(/[0-9a-f]{24}/g, '#')]);
  const run = (sql: string): Promise<void> => log.database.script(sql);

  it('finds nothing wrong where nothing is, and says how much it looked at', async () => {
    const progress: [number, number, string][] = [];
    const results = await verify(log.database, { ...quick, onProgress: (...step) => progress.push(step) });
    const { items, notifications, counters } = await readProjection(log.database);
    const deliveries = [...items.values()].filter((row) => row.mapping !== undefined).length;
    expect(results.map(({ id, holds, violations, examples }) => [id, holds, violations, examples])).toEqual(
      ['I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I11', 'I12'].map((id) => [id, true, 0, []]),
    );
    const open = [...items.values()].filter((row) => ['received', 'validated', 'pending', 'failing', 'scheduled'].includes(row.state));
    expect(Object.fromEntries(results.map(({ id, checked }) => [id, checked]))).toEqual({
      I2: { streams: items.size + notifications.size },
      I3: { positions: history.length, days: 4 },
      I4: { events: history.length },
      I5: { deliveries },
      I6: { messages: items.size - deliveries, deliveries, notifications: notifications.size },
      I7: { rows: items.size + notifications.size, counters: new Set(counters.map(({ store, state }) => store + state)).size },
      I8: { open: open.length, due: open.filter((row) => row.mapping !== undefined).length },
      I11: { notifications: notifications.size },
      I12: {
        'identifier holders': [...items.values()].filter((row) => row.state === 'completed' && row.attempts === 1).length,
        checkpoints: 12,
      },
    });
    expect(progress.filter(([done, total, phase]) => phase === 'streams' && done === total)).toHaveLength(1);
    expect(progress.at(-1)).toEqual([1, 1, 'counters']);
  });

  it('finds nothing wrong in an empty system', async () => {
    const empty = await createDatabase();
    const other = await openTestLog(empty.url);
    expect((await verify(other.database)).filter(({ holds }) => !holds)).toEqual([]);
    await other.close();
    await empty.drop();
  });

  it('says so when there is no projection to compare with', async () => {
    await run('drop schema projection cascade');
    await expect(verify(log.database)).rejects.toMatchObject({ code: 'projection_missing' });
  });

  const firstOf = (where: string): string => `(select stream_id from event where ${where} order by stream_id limit 1)`;
  const anItem = (where: string): string => `(select id from projection.item where ${where} order by id limit 1)`;

  it.each<[string, string, [string, number, string][]]>([
    [
      'an event is gone from the middle of the log',
      `delete from event where version = 2 and stream_id = ${firstOf("version = 3 and type = 'message.routed'")}`,
      [
        ['I3', 1, 'Position'],
        ['I4', 1, 'Stream # has version 3 right after 1.'],
      ],
    ],
    [
      'the first event of a stream is gone',
      `delete from event where version = 1 and stream_id = ${firstOf("type = 'message.never_processed'")}`,
      [
        ['I2', 1, 'Stream # begins with version 2: the events before it are missing.'],
        ['I3', 1, 'Position'],
      ],
    ],
    [
      'a stream begins with what cannot be a first event',
      `update event set type = 'message.invalid' where version = 1 and stream_id = ${firstOf("type = 'message.never_processed'")}`,
      [['I2', 1, 'Stream # begins with message.invalid, which cannot be a first event.']],
    ],
    [
      'a position is there twice, and another one not at all',
      `update event set position = position + 1 where position = 100 and shard = 0`,
      [['I3', 2, 'Position 100 of shard 0 is missing in the log.']],
    ],
    [
      'the log is longer than its shard knows',
      'update log_shard set last_position = last_position - 1 where shard = 0; update checkpoint set position = position - 1 where shard = 0',
      [
        ['I3', 1, 'event_'],
        ['I12', 1, 'The checkpoint of the projection is at'],
      ],
    ],
    [
      'the table of days leaves something out',
      'update log_day set first_position = first_position + 1 where shard = 0 and day = (select min(day) from log_day)',
      [['I3', 1, 'event_']],
    ],
    [
      'a transition is illegal',
      `update event set type = 'message.validated' where type = 'message.routed' and stream_id = ${firstOf("type = 'message.routed' and (facts->>'sent') like '%orders-0%'")}`,
      [['I4', 1, 'Stream # has message.validated as version 3, which cannot come when a message is validated.']],
    ],
    [
      'one attempt has two outcomes',
      `update event set facts = replace(facts::text, '"number":2', '"number":1')::json where type = 'delivery.succeeded'
         and stream_id = (select stream_id from event where type = 'delivery.failed' and version = 2 and stream_id in (select stream_id from event where type = 'delivery.succeeded' and version = 3) order by 1 limit 1)`,
      [
        ['I5', 1, 'Stream # has two outcomes of attempt 1: delivery.failed and delivery.succeeded.'],
        ['I7', 1, 'Stream #: attempts is 2 in the projection, 1 by the log.'],
      ],
    ],
    [
      'a delivery does not know the message that was routed to it',
      `update event set facts = replace(facts::text, '"mapping":"bbbb', '"mapping":"cccc')::json where type = 'delivery.accepted' and stream_id = ${anItem("state = 'completed'")}`,
      [
        ['I6', 1, 'Message # was routed to delivery #, which knows another message or mapping.'],
        ['I7', 1, 'Stream #: mapping is "#" in the projection, "#" by the log.'],
      ],
    ],
    [
      'a delivery does not list the child that it made',
      `update event set facts = (facts::jsonb - 'children')::json where type = 'delivery.succeeded' and stream_id = ${firstOf("type = 'delivery.succeeded' and facts->'children' is not null")}`,
      [['I6', 1, 'Message # says it is of an answer to #, which does not list it.']],
    ],
    [
      'a delivery has lost its message',
      `update event set facts = jsonb_set(facts::jsonb, '{parent}', '"000000000000000000000000"')::json where type = 'delivery.accepted' and stream_id = ${anItem("state = 'completed'")}`,
      [
        ['I6', 2, 'Message # was routed to delivery #, which knows another message or mapping.'],
        ['I7', 1, 'Stream #: parent is'],
      ],
    ],
    [
      'a delivery has another root than its message',
      `update event set facts = jsonb_set(facts::jsonb, '{root}', '"000000000000000000000000"')::json where type = 'delivery.accepted' and stream_id = ${anItem("state = 'completed' and failures = 0")}`,
      [
        ['I6', 2, 'Delivery # has root'],
        ['I7', 1, 'Stream #: root is'],
      ],
    ],
    [
      'a notification was not counted',
      `update event set facts = jsonb_set(facts::jsonb, '{notifications}', (facts->'notifications')::jsonb || (facts->'notifications')::jsonb)::json
         where version = 2 and stream_id = ${firstOf("type = 'delivery.failed' and version = 2")}`,
      [['I11', 1, 'Delivery # notified']],
    ],
    [
      'what was notified of is counted under another fingerprint',
      `update event set facts = replace(facts::text, 'It failed.', 'It fell.')::json where stream_id = ${firstOf("type = 'notification.raised'")}`,
      [
        ['I7', 1, 'Stream #: description is'],
        ['I11', 1, 'Notification # has the fingerprint of #: it is counted in two places.'],
      ],
    ],
    [
      'a row of the projection was changed',
      `update projection.item set attempts = 7 where id = ${anItem("state = 'completed'")}`,
      [['I7', 1, 'Stream #: attempts is 7']],
    ],
    [
      'the projection has a row of nothing',
      `update projection.item set id = 'ffff0000-0000-0000-0000-000000000000' where id = ${anItem("state = 'routed'")}`,
      [['I7', 2, 'Stream #: the projection has no row.']],
    ],
    [
      'a notification was miscounted',
      'update projection.notification set occurrences = occurrences + 1 where id = (select min(id::text)::uuid from projection.notification)',
      [['I7', 1, 'Stream #: version is']],
    ],
    [
      'a counter was changed',
      "update projection.counter set n = n + 1 where (store_id, state, shard) = (select store_id, state, shard from projection.counter where state = 'completed' limit 1)",
      [['I7', 1, 'The counter of store #, archived, completed says']],
    ],
    [
      'a due row is gone',
      'delete from due where delivery_id = (select min(delivery_id::text)::uuid from due)',
      [['I8', 1, 'Delivery # is']],
    ],
    [
      'a completed delivery is due',
      `insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
       select id, shard, store_id, 1, parent_id, mapping_id, version, 1, 0, now() from projection.item where id = ${anItem("state = 'completed'")}`,
      [['I8', 1, 'The due table has #, which is completed: it would be sent again.']],
    ],
    [
      'a message is neither in a lag nor parked',
      'delete from parked_record where stream_id = (select min(stream_id::text)::uuid from parked_record)',
      [['I8', 1, 'Message # is']],
    ],
    [
      'a checkpoint is beyond the log',
      "update checkpoint set position = position + 1 where \"group\" = 'notifications' and topic like '%messages%' and shard = 1",
      [['I12', 1, 'The checkpoint of notifications of crossdock.messages.outcomes is at']],
    ],
    [
      'the relay is beyond the log',
      'insert into relay (shard, position) select shard, last_position + 1 from log_shard where shard = 1',
      [['I12', 1, 'The relay is at']],
    ],
    [
      'a topic is published further than its relay is',
      "insert into relay (shard, position) values (0, 3); insert into relay_topic values (0, 'crossdock.notifications', 4), (0, 'crossdock.messages.received', 3)",
      [['I12', 1, 'The relay has published crossdock.notifications up to 4 in shard 0, and is itself at 3.']],
    ],
    [
      'an archived delivery holds identifiers',
      `update identifier set delivery_id = ${anItem("state = 'archived' and mapping_id is not null")} where delivery_id = ${anItem("state = 'completed' and attempts = 1")}`,
      [['I12', 1, '# holds identifiers although it is archived.']],
    ],
  ])('notices that %s', async (_, sql, expected) => {
    await run(sql);
    const found = await violated();
    expect(found.map(([id, count, text], index) => [id, count, text?.slice(0, expected[index]?.[2].length)])).toEqual(expected);
  });

  /** Appends to a stream of one's choice what no handler would append. */
  const plant = async (where: string, event: (row: { store: string; root: string; parent: string }) => unknown): Promise<void> => {
    const [row] = await log.database.query<{ id: string; shard: number; version: number; facts: string }>(
      `select f.stream_id as id, f.shard, (select max(version) from event where stream_id = f.stream_id) as version, f.facts from event f
       where f.version = 1 and f.stream_id = (select id from projection.item where ${where} order by id limit 1)`,
    );
    if (row === undefined) throw new Error('a stream to plant in');
    const facts = JSON.parse(row.facts) as { store: string; root: string; parent: string };
    const { type, ...rest } = event(facts) as { type: string };
    await log.database.query(
      'select append_events($1::smallint, (select epoch from log_shard where shard = $1), array[$2::uuid], array[$3::int], array[$4], array[now()], array[null]::json[], array[$5::json], array[$6::int])',
      [
        row.shard,
        row.id,
        row.version + 1,
        type,
        JSON.stringify({ store: facts.store, root: facts.root, ...rest }),
        Math.floor(from / 86_400_000),
      ],
    );
    await rebuildProjection(log.database);
    await run('update checkpoint set position = (select last_position from log_shard s where s.shard = checkpoint.shard)');
  };

  it('notices an event after the end of a delivery', async () => {
    const attempt = { number: 9, startedAt: 1, durationMs: 1, url: 'http://erp.example' };
    await plant("state = 'completed' and created_at < '2026-11-21'", () => ({ type: 'delivery.failed', attempt, retryAt: 1 }));
    expect(await violated()).toEqual([
      ['I5', 1, expect.stringMatching(/^Stream # has delivery.failed as version \d, after it was completed.$/)],
    ]);
  });

  it('notices a child that was never made', async () => {
    const attempt = { number: 9, startedAt: 1, durationMs: 1, url: 'http://erp.example' };
    await plant("state = 'failing' and created_at < '2026-11-21'", ({ parent }) => ({
      type: 'delivery.succeeded',
      attempt,
      children: [`${parent.slice(0, 8)}${'e'.repeat(16)}`],
    }));
    await run("delete from due d using projection.item i where i.id = d.delivery_id and i.state = 'completed'");
    expect(await violated()).toEqual([['I6', 1, 'Delivery # made message #, which does not exist.']]);
  });

  it('notices a corrected message that was never made', async () => {
    await plant("state = 'invalid' and created_at < '2026-11-21'", ({ root }) => ({
      type: 'message.resubmitted',
      message: 'order:new',
      child: `${root.slice(0, 8)}${'e'.repeat(16)}`,
      by: 'ann',
    }));
    expect(await violated()).toEqual([['I6', 1, 'Message # made message #, which does not exist.']]);
  });

  it('notices a notification that was counted too often', async () => {
    const [id] = await log.database.query<{ id: string }>(
      "select min(stream_id::text) as id from event where type = 'notification.raised'",
    );
    await run(`update event set facts = (facts::jsonb - 'notifications')::json where type = 'delivery.failed'
      and stream_id = (select (facts->>'about' || '00000000')::uuid from event where stream_id = '${id?.id}' and version = 1)`);
    expect(await violated()).toEqual([['I11', 1, expect.stringMatching(/^Notification # counts \d, delivery # notified of it 0 times.$/)]]);
  });

  it('takes no open message for stuck that a consumer has yet to come to', async () => {
    await run('delete from parked_record; update checkpoint set position = 0');
    expect(await violated()).toEqual([]);
    await run(
      'update checkpoint set position = (select last_position from log_shard s where s.shard = checkpoint.shard) where "group" = \'router\'',
    );
    expect((await violated()).map(([invariant]) => invariant)).toEqual(['I8']);
  });

  /** Appends what the steps of a running system append: what belongs together in one transaction, with its working state. */
  const work = async (lives: readonly NewEvent[]): Promise<void> => {
    const steps = [['message.received'], ['message.validated'], ['message.routed', 'delivery.accepted'], ['delivery.succeeded']];
    for (const shard of [0, 1]) {
      const own = lives.filter((event) => log.shardOf(event) === shard);
      const move = 'update checkpoint set position = (select last_position from log_shard where shard = $1) where shard = $1';
      for (const [index, types] of steps.entries()) {
        const events = own.filter((event) => types.includes(event.event.type));
        const deliveries = idArray(own.filter((event) => event.event.type === 'delivery.accepted').map((event) => event.stream));
        await log.database.run(async (tx) => {
          const pg = pgOf(tx);
          if (index === 3) pg.send('delete from due where delivery_id = any($1::uuid[])', [deliveries]);
          await log.log.append(tx, shard, events);
        });
        // The step's consumer comes later, and does both at once.
        await log.database.run(async (tx) => {
          const pg = pgOf(tx);
          if (index === 2) {
            pg.send(
              `insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
               select d, $2, d, 1, d, d, 1, 0, 0, now() from unnest($1::uuid[]) d`,
              [deliveries, shard],
            );
            await pg.query(`${move} and "group" = 'delivery'`, [shard]);
          } else if (index === 3) await pg.query(`${move} and "group" = 'notifications'`, [shard]);
        });
      }
    }
  };

  it('reports no race with a running system', async () => {
    // Messages that nobody handles would be stuck; the steps below stand for the validator and the router, too.
    await run("delete from checkpoint where \"group\" in ('validator', 'router')");
    const projector = new Projector(log.database, log.tail, { ...projectorDefaults, coalesceMs: 5, onProblem: () => undefined });
    projector.start();
    const load = { isOver: false };
    const working = (async (): Promise<void> => {
      for (let seed = 20; seed < 50; seed += 1)
        await work(makeHistory({ seed, messages: 40, stores: 3, from: from + 3_000, everyMs: 5, smooth: true }));
      load.isOver = true;
    })();
    let rounds = 0;
    while (!load.isOver) {
      expect(await violated({ rechecks: 2, recheckMs: 20 })).toEqual([]);
      rounds += 1;
    }
    await working;
    await projector.stop();
    expect(rounds).toBeGreaterThan(1);
    expect(await violated()).toEqual([]);
  });
});
