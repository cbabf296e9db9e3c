import { Endpoint, ok, status, type Service } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type StoreClient } from '../hub.ts';
import type { System } from '../system.ts';

/** A service that refuses its only delivery until it gives in: whoever delivers has something to retry all the while. */
export class Stubborn {
  readonly #endpoint: Endpoint;
  readonly #service: Service;
  readonly #store: StoreClient;
  readonly #message: string;

  private constructor(endpoint: Endpoint, service: Service, store: StoreClient, message: string) {
    this.#endpoint = endpoint;
    this.#service = service;
    this.#store = store;
    this.#message = message;
  }

  /** Resolves when it has refused once. */
  static async start(system: System): Promise<Stubborn> {
    const endpoint = await Endpoint.start();
    // No 5xx: after some of those an endpoint is left alone for a while.
    const service = endpoint.service(status(409));
    const store = await newStore(system);
    const options = { max_attempts: 100, backoff: { base_ms: 1_500, factor: 1, cap_ms: 1_500 } };
    await store.map('chaos.stubborn', ['chaos:stubborn'], service.url, { options });
    const stubborn = new Stubborn(endpoint, service, store, await store.push('chaos:stubborn', {}));
    await eventually(() => {
      if (stubborn.requests === 0) throw new Error('Nothing was sent to the stubborn service.');
    });
    return stubborn;
  }

  get requests(): number {
    return this.#service.requests.length;
  }

  /** Takes its delivery with the next retry; resolves when the hub says so. */
  async giveIn(): Promise<void> {
    this.#service.script = ok();
    await this.#store.deliveryIn('completed', this.#message);
  }

  async stop(): Promise<void> {
    await this.#endpoint.stop();
  }
}
