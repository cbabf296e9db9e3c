import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { MappingStore, ParameterStore, StoreDirectory } from '@crossdock/core';
import { createDemo } from './create-demo.ts';
import { readDemoFile } from './demo-file.ts';
import { demoMappings, demoStoreName } from './demo-mappings.ts';
import { accounting } from './endpoints/accounting.ts';
import { flaky } from './endpoints/flaky.ts';
import { orderConfirmations } from './endpoints/order-confirmations.ts';
import { serveEndpoints, type ServedEndpoints, type ServeOptions } from './endpoints/serve-endpoints.ts';
import { warehouse } from './endpoints/warehouse.ts';
import { pushSamples, type PushSamplesOptions } from './push-samples.ts';

export interface DemoOptions {
  readonly dataDir: string;
  readonly directory: StoreDirectory;
  readonly mappings: MappingStore;
  readonly parameters: ParameterStore;
  /** How long the slow endpoint takes. */
  readonly slowMs?: number;
}

/** A demo store, with its endpoints served. */
export interface Demo {
  readonly storeId: string;
  readonly storeName: string;
  readonly token: string;
  /** Whether it was made just now. */
  readonly created: boolean;
  /** Such as `store "Acme Outdoor", 4 endpoints, 10 mappings`. */
  readonly summary: string;
  readonly endpointsUrl: string;
  /**
   * Pushes the samples into a store that never got them; answers how many. What is cut off, by `stop` or by a push that
   * fails, is not taken up again: they are for looking at.
   */
  pushSamples(options: PushSamplesOptions): Promise<number>;
  /**
   * Ends the endpoints once they have answered what they are at. Call it when the hub has ended: what it delivers to endpoints
   * that are gone counts as failed.
   */
  close(): Promise<void>;
}

const defaultSlowMs = 1500;

/** Serves the demo's endpoints and makes its store, unless it is there. */
export async function openDemo({ dataDir, slowMs = defaultSlowMs, ...registry }: DemoOptions): Promise<Demo> {
  const file = join(dataDir, 'demo.json');
  const known = await readDemoFile(file);
  const endpoints = [orderConfirmations, warehouse(() => new Date()), accounting(slowMs), flaky()];
  const endpointToken = known?.endpoint_token ?? randomBytes(24).toString('base64url');
  const served = await serveNear(known?.endpoints_url, { endpoints, token: endpointToken });
  try {
    const demo = await createDemo({ file, endpointsUrl: served.url, endpointToken, ...registry });
    const mappingCount = demoMappings(served.url, endpointToken).length;
    return {
      storeId: demo.store_id,
      storeName: demoStoreName,
      token: demo.token,
      created: demo.created,
      summary: `store "${demoStoreName}", ${endpoints.length} endpoints, ${mappingCount} mappings`,
      endpointsUrl: served.url,
      pushSamples: (options) => pushSamples(file, options),
      close: () => served.close(),
    };
  } catch (error) {
    await served.close();
    throw error;
  }
}

/** On the port of the time before, so that the mappings stay as they are; on another where that is taken. */
async function serveNear(before: string | undefined, options: Omit<ServeOptions, 'port'>): Promise<ServedEndpoints> {
  const port = before !== undefined && URL.canParse(before) ? Number(new URL(before).port) : 0;
  try {
    return await serveEndpoints({ ...options, port });
  } catch {
    return serveEndpoints({ ...options, port: 0 });
  }
}
