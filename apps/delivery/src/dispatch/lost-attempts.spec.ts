import { attempt, beginning, mapping, storeId } from '@crossdock/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryRig, deliveryOf, idOf, quiet } from '../testing/delivery-rig.ts';
import { LostAttempts } from './lost-attempts.ts';

// It looks once a second.
describe('LostAttempts', { timeout: 30_000 }, () => {
  let rig: DeliveryRig;
  let lost: LostAttempts;
  let taken = 0;
  let held: ReadonlySet<string> = new Set();
  beforeEach(async () => {
    taken = 0;
    held = new Set();
    rig = await DeliveryRig.open(() => {
      throw new TypeError('Nothing is sent here.');
    });
    const { unitOfWork, log, due } = rig.world.two;
    lost = new LostAttempts({
      due,
      log,
      unitOfWork,
      shards: [0, 1],
      now: () => beginning + 50_000,
      logger: quiet,
      holds: (delivery) => held.has(delivery),
      onTaken: () => {
        taken += 1;
      },
    });
  });
  afterEach(() => lost.stop());

  const until = (expectation: () => void): Promise<void> => vi.waitFor(expectation, { timeout: 20_000, interval: 5 });

  it('makes every attempt of a dead process lost, and its delivery due again', async () => {
    await rig.begin(1);
    await rig.begin(2, mapping('a'), { attempt: 3, failures: 3 });
    await rig.hub.die();
    lost.run();
    await until(() => expect(taken).toBe(1));
    expect(rig.hub.log.events(deliveryOf(2))[1]).toMatchObject({
      version: 2,
      at: beginning + 50_000,
      event: { type: 'delivery.attempt_lost', store: storeId, root: idOf(2), number: 4 },
    });
    expect(
      rig.hub.due.rows().map(({ version, attempt: number, failures, dueAt, running }) => [version, number, failures, dueAt, running]),
    ).toEqual(
      [deliveryOf(1), deliveryOf(2)]
        .sort()
        .map((id) => (id === deliveryOf(1) ? [2, 1, 0, beginning + 50_000, false] : [2, 4, 3, beginning + 50_000, false])),
    );
  });

  it('goes by the log where a late answer made the stream longer than the row knows', async () => {
    await rig.begin(1);
    await rig.hub.unitOfWork.run((tx) =>
      rig.hub.log.append(tx, 0, [
        {
          stream: deliveryOf(1),
          version: 2,
          at: 0,
          event: { type: 'delivery.answered_late', store: storeId, root: idOf(1), attempt: attempt(0) },
        },
      ]),
    );
    await rig.hub.die();
    lost.run();
    await until(() => expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted', 'delivery.answered_late', 'delivery.attempt_lost']));
    expect(rig.hub.due.rows()).toMatchObject([{ version: 3, running: false }]);
  });

  it('leaves the attempts of living processes alone', async () => {
    await rig.begin(1);
    lost.run();
    await lost.stop();
    expect([taken, rig.types(deliveryOf(1)), rig.hub.due.rows()[0]?.running]).toEqual([0, ['delivery.accepted'], true]);
  });

  it('gives back what this process leases and does not know of, and keeps what it works on', async () => {
    await rig.makeDue(1);
    await rig.makeDue(2, mapping('a'), { attempt: 3 });
    const { two } = rig.world;
    await two.due.claim([{ endpoint: 1, limit: 2 }], rig.clock.now);
    held = new Set([deliveryOf(2)]);
    rig.clock.now += 3_000;
    await rig.makeDue(3);
    await two.due.claim([{ endpoint: 1, limit: 1 }], rig.clock.now);
    lost.run();
    await until(() => expect(taken).toBe(1));
    const rows = new Map(rig.hub.due.rows().map(({ delivery, attempt: number, running }) => [delivery, [number, running]]));
    expect([1, 2, 3].map((n) => rows.get(deliveryOf(n)))).toEqual([
      [0, false],
      [4, true],
      [1, true],
    ]);
    expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted']);
  });
});
