import { mapping, storeId } from '@crossdock/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryRig, deliveryOf, quiet } from '../testing/delivery-rig.ts';
import { PausedDeliveries } from './paused-deliveries.ts';

const forever = Number.POSITIVE_INFINITY;

describe('PausedDeliveries', { timeout: 30_000 }, () => {
  let rig: DeliveryRig;
  let paused: PausedDeliveries;
  let resumed = 0;
  beforeEach(async () => {
    resumed = 0;
    rig = await DeliveryRig.open(() => {
      throw new TypeError('Nothing is sent here.');
    });
    paused = new PausedDeliveries({
      due: rig.hub.due,
      registry: rig.registry,
      now: () => rig.clock.now,
      logger: quiet,
      onResumed: () => {
        resumed += 1;
      },
    });
    await rig.registry.save(storeId, { mappings: [mapping('a', { paused: true }), mapping('b', { paused: true })] });
  });
  afterEach(() => paused.stop());

  const until = (expectation: () => void): Promise<void> => vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
  const waiting = (): readonly string[] => rig.hub.due.rows().flatMap(({ delivery, dueAt }) => (dueAt === forever ? [delivery] : []));

  it('resumes what waited when it started, once its mapping is resumed, and leaves the others', async () => {
    await rig.makeDue(1, mapping('a'), { dueAt: forever });
    await rig.makeDue(2, mapping('b'), { dueAt: forever });
    paused.run();
    await rig.registry.save(storeId, { mappings: [mapping('a'), mapping('b', { paused: true })] });
    await until(() => expect(waiting()).toEqual([deliveryOf(2, mapping('b'))]));
    expect(resumed).toBe(1);
    expect(rig.hub.due.rows().find(({ delivery }) => delivery === deliveryOf(1))?.dueAt).toBe(rig.clock.now);
  });

  it('lets what waits for a disabled mapping wait until it is enabled', async () => {
    await rig.registry.save(storeId, { mappings: [mapping('a', { enabled: false }), mapping('b')] });
    await rig.makeDue(1, mapping('a'), { dueAt: forever });
    await rig.makeDue(2, mapping('b'), { dueAt: forever });
    paused.run();
    await until(() => expect(waiting()).toEqual([deliveryOf(1)]));
    await rig.registry.save(storeId, { mappings: [mapping('a'), mapping('b')] });
    await until(() => expect(waiting()).toEqual([]));
  });

  it('resumes what waits for a mapping that is gone: it is parked when it comes up', async () => {
    await rig.makeDue(1, mapping('f'), { dueAt: forever });
    paused.run();
    await until(() => expect(waiting()).toEqual([]));
  });

  it('resumes what waits at every endpoint that the mapping has had', async () => {
    await rig.makeDue(1, mapping('a'), { dueAt: forever });
    await rig.makeDue(2, mapping('a'), { dueAt: forever, endpoint: 9 });
    paused.run();
    await rig.registry.save(storeId, { mappings: [mapping('a', { endpoint: 9 })] });
    await until(() => expect(waiting()).toEqual([]));
  });
});
