import { builtInTypes } from '@crossdock/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Endpoint, status } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type ApiError, type ListPage, type ShownMapping, type StoreClient } from '../hub.ts';
import type { Scenario } from '../scenario.ts';

const ids = ({ messages }: ListPage): readonly string[] => messages.map(({ id }) => id);
const late = { base_ms: 3_600_000, factor: 1, cap_ms: 3_600_000 };

export const listsScenario: Scenario = (system) => {
  describe('lists', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    let mapping: ShownMapping;
    /** 60 that nobody wants, 3 completed, 2 failing, 1 parked, 1 invalid; in this order. */
    const pushed = { unwanted: [] as string[], completed: [] as string[], failing: [] as string[], parked: '', invalid: '' };
    /** When the unwanted ones came in: several may have come in the same millisecond. */
    let times: readonly string[];
    const from = (index: number): number => times.filter((time) => time >= (times[index] ?? '')).length;
    const until = (index: number): number => times.filter((time) => time <= (times[index] ?? '')).length;

    beforeAll(async () => {
      endpoint = await Endpoint.start();
      store = await newStore(system());
      mapping = await store.map('good.one', ['custom:good'], endpoint.service().url);
      await store.map('bad.one', ['custom:bad'], endpoint.service(status(500)).url, { options: { backoff: late } });
      await store.map('worse.one', ['custom:worse'], endpoint.service(status(500)).url, { options: { retries_allowed: false } });
      for (let index = 0; index < 60; index += 1) pushed.unwanted.push(await store.push('custom:unwanted', { index }));
      times = await Promise.all(pushed.unwanted.map(async (id) => (await store.story(id)).created_at));
      for (let index = 0; index < 3; index += 1)
        pushed.completed.push(await store.push('custom:good', { index }, { source: `shop-${index}` }));
      for (let index = 0; index < 2; index += 1) pushed.failing.push(await store.push('custom:bad', { index }));
      pushed.parked = await store.push('custom:worse', {});
      pushed.invalid = await store.push('order:new', { order: [] });
      // The invalid one's notification is a message, too.
      await eventually(async () =>
        expect(await store.counts()).toEqual({ incoming: 0, archived: 71, pending: 0, failing: 2, scheduled: 0, parked: 1 }),
      );
    });
    afterAll(() => endpoint.stop());

    it('shows the newest first, 25 a page, each exactly once', async () => {
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) => store.queue('archived', `?state=never_processed&message=custom:unwanted&page=${page}`)),
      );
      expect(pages.map((page) => [page.page, page.pages, page.total, page.messages.length])).toEqual([
        [1, 3, 60, 25],
        [2, 3, 60, 25],
        [3, 3, 60, 10],
        [4, 3, 60, 0],
      ]);
      expect(pages.flatMap(ids)).toEqual(pushed.unwanted.toReversed());
    });

    it('shows completed ones in the archive unless asked for others', async () => {
      const { messages } = await store.queue('archived');
      expect(messages.map(({ state, consumer }) => [state, consumer])).toEqual(pushed.completed.map(() => ['completed', 'good.one']));
      // Messages of different shards are routed beside each other: which delivery is the newest is not said by who was pushed last.
      expect(new Set(messages.map(({ parent_id: parent }) => parent))).toEqual(new Set(pushed.completed));
      const born = messages.map(({ created_at: at }) => at);
      expect(born).toEqual(born.toSorted().toReversed());
      expect((await store.queue('archived', '?state=all')).total).toBe(71);
      expect((await store.queue('archived', '?state=routed')).total).toBe(6);
      expect(ids(await store.queue('archived', '?state=invalid'))).toEqual([pushed.invalid]);
    });

    it.each<readonly [what: string, name: string, query: () => string, expected: () => number]>([
      ['the accepted ones', 'accepted', () => '', () => 3],
      ['a state', 'accepted', () => '?state=failing', () => 2],
      ['the original’s word for it', 'accepted', () => '?state=retrying', () => 2],
      ['parked ones', 'accepted', () => '?state=parked', () => 1],
      ['a state of another queue', 'accepted', () => '?state=completed', () => 0],
      ['a type', 'accepted', () => '?message=custom:bad', () => 2],
      ['a consumer', 'accepted', () => '?consumer=worse.one', () => 1],
      ['an unknown consumer', 'accepted', () => '?consumer=nobody', () => 0],
      ['a mapping', 'archived', () => `?mapping_id=${mapping.id}`, () => 3],
      ['a message and what was made of it', 'archived', () => `?state=all&message_id=${pushed.completed[0] ?? ''}`, () => 2],
      ['a source, that of messages and of their deliveries', 'archived', () => '?source=shop-1', () => 2],
      ['a time to begin', 'archived', () => `?state=never_processed&message=custom:unwanted&start_date=${times[30] ?? ''}`, () => from(30)],
      ['a time to end', 'archived', () => `?state=never_processed&message=custom:unwanted&end_date=${times[30] ?? ''}`, () => until(30)],
      ['the incoming ones', 'incoming', () => '', () => 0],
    ])('filters by %s', async (_what, name, query, expected) => {
      expect((await store.queue(name, query())).total).toBe(expected());
    });

    it('names the types and consumers that occur', async () => {
      const { available_messages: messages, available_consumers: consumers } = await store.queue('accepted');
      expect([messages, consumers]).toEqual([
        ['custom:bad', 'custom:worse'],
        ['bad.one', 'worse.one'],
      ]);
    });

    it('answers a POST like a GET', async () => {
      const answer = await store.request('POST', '/queues/accepted');
      expect([answer.status, answer.json]).toEqual([201, await store.queue('accepted')]);
    });

    it.each([
      ['/queues/outgoing', 404, 'queue_not_found'],
      ['/queues/archived?page=0', 400, 'query_invalid'],
      ['/queues/archived?page=x', 400, 'query_invalid'],
      ['/queues/archived?page=99999', 400, 'page_out_of_range'],
      ['/queues/archived?state=sleeping', 400, 'query_invalid'],
      ['/queues/archived?start_date=yesterday', 400, 'query_invalid'],
      ['/queues/archived?message_id=1', 400, 'query_invalid'],
      ['/queues/archived?message=a:b&message=c:d', 400, 'query_invalid'],
      ['/notifications?level=fatal', 400, 'query_invalid'],
    ])('refuses %s', async (path, code, error) => {
      const answer = await store.request('GET', path);
      expect([answer.status, (answer.json as ApiError).code]).toEqual([code, error]);
    });

    it('names what can be pushed', async () => {
      const types = await store.read<readonly string[]>('/available_messages');
      expect(types).toEqual([...builtInTypes, 'custom:bad', 'custom:good', 'custom:worse'].sort());
    });

    it('shows nothing of other stores', async () => {
      const other = await newStore(system());
      expect(await other.counts()).toEqual({ incoming: 0, archived: 0, pending: 0, failing: 0, scheduled: 0, parked: 0 });
      expect((await other.queue('archived', '?state=all')).messages).toEqual([]);
      expect((await other.queue('archived', `?state=all&message_id=${pushed.invalid}`)).messages).toEqual([]);
      expect((await other.notifications()).notifications).toEqual([]);
    });

    it('shows notifications by level and reference, newest first', async () => {
      const own = await newStore(system());
      const levels = ['info', 'warn', 'error'];
      for (let index = 0; index < 30; index += 1) {
        await own.push(`notification:${levels[index % 3] ?? ''}`, {
          subject: `Number ${index}`,
          reference_type: 'order',
          reference_id: `R${index}`,
        });
      }
      await eventually(async () => expect((await own.notifications()).total).toBe(30));
      const [first, second] = await Promise.all([own.notifications(), own.notifications('?page=2')]);
      expect([first.pages, first.notifications.length, second.notifications.length]).toEqual([2, 25, 5]);
      const times = [...first.notifications, ...second.notifications].map(({ subject }) => Number(subject.slice(7)));
      expect(new Set(times).size).toBe(30);
      expect((await own.notifications('?level=warn')).total).toBe(10);
      expect((await own.notifications('?reference_type=order&reference_id=R7')).notifications).toMatchObject([
        { subject: 'Number 7', level: 'warn' },
      ]);
      expect((await own.notifications('?reference_id=R99')).total).toBe(0);
    });
  });
};
