import type { MessageReceived, NewEvent, StoredEvent, Transaction, UnitOfWork } from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database, databaseDefaults, pgOf } from '../database/database.ts';
import { PgWorlds, type PgProcess, type PgWorld } from '../../../../tools/testing/pg-world.ts';
import { intakeDefaults, PgIntake, type IntakeOptions } from './pg-intake.ts';
import { readLog } from './pg-log-tail.ts';

const day = 20_778 * 86_400;
const idOf = (n: number): string => `${(day + (n % 86_400)).toString(16)}c0ffee0002${n.toString(16).padStart(6, '0')}`;

function message(n: number, payload = `{"n":${n}}`): NewEvent<MessageReceived> {
  const stream = idOf(n);
  const bytes = Buffer.from(payload);
  const facts = {
    store: '5f0000000000000000000001',
    root: stream,
    message: 'order:new',
    rootMessage: 'order:new',
    origin: 'push',
    hops: 0,
  } as const;
  return {
    stream,
    version: 1,
    at: 1_795_219_200_000 + n,
    payload: bytes,
    event: { type: 'message.received', ...facts, bytes: bytes.length },
  };
}
const messages = (count: number, from = 0): readonly NewEvent<MessageReceived>[] =>
  Array.from({ length: count }, (_, index) => message(from + index));

describe('PgIntake', () => {
  let worlds: PgWorlds;
  let world: PgWorld;
  let one: PgProcess;
  let problems: unknown[] = [];
  beforeAll(async () => {
    worlds = await PgWorlds.prepare();
  });
  beforeEach(async () => {
    problems = [];
    world = await worlds.open();
    one = world.one;
  });
  afterEach(() => world.close());
  afterAll(() => worlds.drop());

  const intake = (options: Partial<IntakeOptions> = {}, unitOfWork: UnitOfWork = one.unitOfWork, shards = [0]): PgIntake =>
    new PgIntake(unitOfWork, one.log, shards, { ...intakeDefaults, onProblem: (error) => problems.push(error), ...options });
  const receiveAll = (to: PgIntake, events: readonly NewEvent<MessageReceived>[]): Promise<readonly string[]> =>
    Promise.all(events.map((event) => to.receive(event)));
  /** The whole log, read from Postgres. */
  const logged = async (shard = 0): Promise<readonly StoredEvent[]> => {
    const [row] = await one.database.query<{ last_position: number }>('select last_position from log_shard where shard = $1', [shard]);
    const events = await readLog(one.database, shard, 0, row?.last_position ?? 0);
    expect(events).toHaveLength(row?.last_position ?? 0);
    return events;
  };
  const streams = async (shard = 0): Promise<readonly string[]> => (await logged(shard)).map(({ stream }) => stream);
  /** Holds the shard, as a slow writer would, until it is told to let go. */
  const holdShard = async (): Promise<() => Promise<void>> => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const outside = new Database({ ...databaseDefaults, url: world.url, name: 'outside' });
    const locked = new Promise<void>((resolve, reject) => {
      outside
        .run(async (tx) => {
          await pgOf(tx).query('select 1 from log_shard for update');
          resolve();
          await held;
        })
        .catch(reject);
    });
    await locked;
    return async () => {
      letGo();
      await outside.close();
    };
  };
  /** Commits, and then says that nobody knows. */
  const inDoubt = (times: number): UnitOfWork & { readonly runs: number } => {
    let runs = 0;
    return {
      get runs() {
        return runs;
      },
      async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
        const value = await one.unitOfWork.run(work);
        runs += 1;
        if (runs <= times) throw new HubError('database_unreachable', 'The connection broke after the commit.', { retriable: true });
        return value;
      },
    };
  };

  it('stores what is pushed, each once, in all lanes, and the tail has it at once', async () => {
    const lanes = intake({}, one.unitOfWork, [0, 1]);
    const events = messages(500);
    expect(new Set(await receiveAll(lanes, events))).toEqual(new Set(['stored']));
    const [first, second] = [await streams(0), await streams(1)];
    expect([first.length, second.length]).toEqual([250, 250]);
    expect([...first, ...second].sort()).toEqual(events.map(({ stream }) => stream).sort());
    expect(await one.tail.read(0, 0, 1_000)).toEqual(await logged(0));
    expect(problems).toEqual([]);
  });

  it('repeats a batch in doubt without storing it twice', async () => {
    const doubtful = inDoubt(2);
    expect(new Set(await receiveAll(intake({}, doubtful), messages(50)))).toEqual(new Set(['stored']));
    expect(doubtful.runs).toBe(3);
    expect(await streams()).toEqual(messages(50).map(({ stream }) => stream));
    await vi.waitFor(async () => expect(await one.tail.read(0, 0, 100)).toHaveLength(50), { timeout: 20_000 });
    expect(await one.tail.read(0, 0, 100)).toEqual(await logged());
    expect((await one.received.get([idOf(7)])).get(idOf(7))?.parsed()).toEqual({ n: 7 });
  });

  it('appends what is missing where a part of the batch is there', async () => {
    await one.unitOfWork.run((tx) => one.log.append(tx, 0, [message(3), message(1)]));
    expect(new Set(await receiveAll(intake(), messages(5)))).toEqual(new Set(['stored']));
    expect(await streams()).toEqual([3, 1, 0, 2, 4].map(idOf));
  });

  it('stores a message once that comes twice in one batch', async () => {
    expect(await receiveAll(intake(), [message(1), message(2), message(1)])).toEqual(['stored', 'stored', 'stored']);
    expect([...(await streams())].sort()).toEqual([idOf(1), idOf(2)]);
  });

  it('loses and doubles nothing while connections break again and again', async () => {
    const to = intake({ maxBatch: 20 });
    const events = messages(1_500);
    let pushed = 0;
    const pusher = async (): Promise<readonly string[]> => {
      const answers: string[] = [];
      for (let event = events[pushed]; event !== undefined; event = events[pushed]) {
        pushed += 1;
        answers.push(await to.receive(event));
      }
      return answers;
    };
    const pushers = Promise.all(Array.from({ length: 32 }, pusher));
    for (let mark = 150; mark < events.length; mark += 150) {
      await vi.waitFor(() => expect(pushed).toBeGreaterThanOrEqual(mark), { timeout: 20_000, interval: 2 });
      await world.breakConnections();
    }
    expect(new Set((await pushers).flat())).toEqual(new Set(['stored']));
    const found = await streams();
    expect([...found].sort()).toEqual(events.map(({ stream }) => stream));
    expect(problems.length).toBeGreaterThan(0);
    const last = found.length;
    await vi.waitFor(() => expect(one.tail.head(0)).toBe(last), { timeout: 20_000 });
    const seen: string[] = [];
    while (seen.length < last) {
      const page = await one.tail.read(0, seen.length, 200);
      expect(page.map(({ position }) => position)).toEqual(page.map((_, index) => seen.length + index + 1));
      seen.push(...page.map(({ stream }) => stream));
    }
    expect(seen).toEqual(found);
  });

  it('is overloaded, before it tries anything, beyond its bound of messages', async () => {
    const to = intake({ maxWaiting: 10, maxBatch: 4 });
    const letGo = await holdShard();
    const first = to.receive(message(0));
    await vi.waitFor(
      async () => {
        const [row] = await one.database.query<{ n: number }>("select count(*) as n from pg_stat_activity where wait_event_type = 'Lock'");
        expect(row?.n).toBe(1);
      },
      { timeout: 20_000 },
    );
    const waiting = messages(10, 1).map((event) => to.receive(event));
    expect(await receiveAll(to, messages(3, 100))).toEqual(['overloaded', 'overloaded', 'overloaded']);
    await letGo();
    expect(new Set(await Promise.all([first, ...waiting]))).toEqual(new Set(['stored']));
    expect(await to.receive(message(200))).toBe('stored');
    expect(await streams()).toEqual([...messages(11), message(200)].map(({ stream }) => stream));
  });

  it('is overloaded beyond its bound of bytes', async () => {
    const to = intake({ maxWaitingBytes: 1_000 });
    const letGo = await holdShard();
    const first = to.receive(message(0));
    await vi.waitFor(
      async () => {
        const [row] = await one.database.query<{ n: number }>("select count(*) as n from pg_stat_activity where wait_event_type = 'Lock'");
        expect(row?.n).toBe(1);
      },
      { timeout: 20_000 },
    );
    const long = JSON.stringify({ text: 'x'.repeat(600) });
    const waiting = [to.receive(message(1, long)), to.receive(message(2, long))];
    expect(await to.receive(message(3))).toBe('overloaded');
    await letGo();
    expect(await Promise.all([first, ...waiting])).toEqual(['stored', 'stored', 'stored']);
  });

  it('refuses the one message that the database cannot hold, and stores its neighbours', async () => {
    const events = messages(40).map((event, n) => (n === 17 || n === 18 ? message(n, 'not json') : event));
    const answers = await receiveAll(intake(), events);
    expect(answers.map((answer, n) => [n, answer]).filter(([, answer]) => answer !== 'stored')).toEqual([
      [17, 'refused'],
      [18, 'refused'],
    ]);
    expect([...(await streams())].sort()).toEqual(
      messages(40)
        .filter((_, n) => n !== 17 && n !== 18)
        .map(({ stream }) => stream),
    );
  });

  it('promises nothing when the database does not confirm in time', async () => {
    const to = intake({ patienceMs: 200 });
    const letGo = await holdShard();
    const begun = performance.now();
    const held = to.receive(message(0));
    const behind = new Promise((resolve) => setImmediate(resolve)).then(() => to.receive(message(1)));
    expect(await Promise.all([held, behind])).toEqual(['unavailable', 'unavailable']);
    expect(performance.now() - begun).toBeLessThan(3_000);
    await letGo();
    expect(await to.receive(message(2))).toBe('stored');
    // The first one had been tried, and may be there; the second one had not, and must not be.
    expect((await streams()).filter((stream) => stream !== idOf(0))).toEqual([idOf(2)]);
  });

  it('promises nothing while there is no database, and takes up again when there is', async () => {
    let broken = true;
    const unitOfWork: UnitOfWork = {
      run: (work) => (broken ? Promise.reject(new HubError('database_unreachable', 'No.', { retriable: true })) : one.unitOfWork.run(work)),
    };
    const to = intake({ patienceMs: 120 }, unitOfWork);
    expect(await receiveAll(to, messages(3))).toEqual(['unavailable', 'unavailable', 'unavailable']);
    broken = false;
    expect(await receiveAll(to, messages(3, 10))).toEqual(['stored', 'stored', 'stored']);
    expect(await streams()).toEqual(messages(3, 10).map(({ stream }) => stream));
    await to.drain();
  });

  it('commits many messages at once, within its bounds of one batch', async () => {
    const sizes: number[] = [];
    const counting: UnitOfWork = {
      run: (work) => {
        sizes.push(0);
        return one.unitOfWork.run(work);
      },
    };
    await receiveAll(intake({ maxBatch: 30 }, counting), messages(100));
    expect(sizes).toHaveLength(4);
    sizes.length = 0;
    await receiveAll(
      intake({ maxBatchBytes: 100 }, counting),
      messages(10, 1_000).map((event) => ({ ...event, payload: Buffer.from('{}') })),
    );
    expect(sizes.length).toBeGreaterThanOrEqual(1);
    expect((await one.database.query<{ n: number }>('select count(distinct xmin::text) as n from event'))[0]?.n).toBe(4 + sizes.length);
  });
});
