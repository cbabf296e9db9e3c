import { HubError, within } from '@crossdock/kit';

/** What the broker answers, or `broker_unreachable` when it does not for so long. */
export async function inTime<T>(ms: number, work: Promise<T>, did: string): Promise<T> {
  if (await within(ms, work)) return await work;
  // Nobody waits for it any more, however it ends.
  work.catch(() => undefined);
  throw new HubError('broker_unreachable', `The broker has not ${did} within ${ms} ms.`, { retriable: true });
}
