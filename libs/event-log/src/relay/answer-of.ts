import { HubError, inTime } from '@crossdock/kit';

/** What the broker answers, or `broker_unreachable` when it does not for so long. */
export function answerOf<T>(asked: Promise<T>, ms: number, did: string): Promise<T> {
  return inTime(ms, asked, () => new HubError('broker_unreachable', `The broker has not ${did} within ${ms} ms.`, { retriable: true }));
}
