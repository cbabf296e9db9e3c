import { samples } from '@crossdock/contracts';
import { pause } from '@crossdock/kit';
import { readDemoFile, writeDemoFile } from './demo-file.ts';

/** `shipment_ready` comes twice: the second time it is a duplicate. No mapping wants `payment_ready`. */
const names = [
  'order_new',
  'user_new',
  'shipment_ready',
  'stock_change',
  'older_order_new',
  'product_new',
  'order_updated',
  'user_updated',
  'order_new_spree',
  'stock_actual',
  'shipment_ready',
  'order_canceled',
  'payment_ready',
  'api_stock_change',
  'older_order_canceled',
  'notification_warn',
  'product_update',
  'shipment_confirm',
  'older_shipment_confirmation',
  'stock_actual_strings',
];

/** The bodies that are pushed into a new demo store, in this order. */
export function demoPushes(): readonly string[] {
  const byName = new Map(samples().map((sample) => [sample.name, sample]));
  return names.flatMap((name) => {
    const sample = byName.get(name);
    if (sample === undefined) return [];
    // The type and the payload alone: some name a store of their own, which would be refused.
    const { payload } = JSON.parse(sample.body) as { readonly payload?: unknown };
    return [JSON.stringify({ message: sample.type, payload })];
  });
}

export interface PushSamplesOptions {
  /** Pushes one message, given as the body of a push, into the demo store. */
  readonly push: (body: string) => Promise<void>;
  /** Between two of them. */
  readonly pauseMs?: number;
  readonly stop?: AbortSignal;
}

const defaultPauseMs = 150;

/** Pushes the samples, if `file` says that it was never begun; answers how many. */
export async function pushSamples(file: string, { push, pauseMs = defaultPauseMs, stop }: PushSamplesOptions): Promise<number> {
  const demo = await readDemoFile(file);
  if (demo?.samples_pushed !== false) return 0;
  await writeDemoFile(file, { ...demo, samples_pushed: true });
  let pushed = 0;
  for (const body of demoPushes()) {
    if (stop?.aborted === true) break;
    await push(body);
    pushed += 1;
    await pause(pauseMs, stop);
  }
  return pushed;
}
