import type { DescriptorRead, DescriptorSource, EndpointDescription, ServiceDescription } from '@crossdock/core';

/** A service that wants nothing, but for what is given. */
export function service(name: string, more: Partial<ServiceDescription> = {}): ServiceDescription {
  return {
    name,
    path: `/${name}`,
    description: `Does ${name}.`,
    required: false,
    requires: { parameters: [] },
    recommends: { messages: ['order:new'], identifiers: {}, filters: [], options: {} },
    produces: [],
    ...more,
  };
}

export function endpoint(services: readonly ServiceDescription[], more: Partial<EndpointDescription> = {}): EndpointDescription {
  return { name: 'mandrill', display: 'Mandrill', description: 'Sends mail.', icon_url: null, help: '', services, ...more };
}

export const described = (description: EndpointDescription): DescriptorRead => ({ ok: true, description, warnings: [] });

export const refusing = (reason: string, retriable: boolean): DescriptorRead => ({
  ok: false,
  retriable,
  problems: [{ pointer: '', code: retriable ? 'integration_unreachable' : 'endpoint_json_invalid', reason, hint: 'Mend it.' }],
});

type Answer = DescriptorRead | (() => Promise<DescriptorRead>);

/** Endpoints that answer as they are told, by URL; whoever asks another gets nothing to read. */
export class FakeDescriptors implements DescriptorSource {
  readonly asked: string[] = [];
  readonly #answers = new Map<string, Answer>();

  answer(url: string, answer: Answer): void {
    this.#answers.set(url, answer);
  }

  /** The endpoint does not answer until the sign is given. */
  hold(url: string, answer: DescriptorRead): () => void {
    let release: () => void = () => undefined;
    const held = new Promise<DescriptorRead>((resolve) => (release = () => resolve(answer)));
    this.#answers.set(url, () => held);
    return () => release();
  }

  async fetch(url: string): Promise<DescriptorRead> {
    this.asked.push(url);
    const answer = this.#answers.get(url) ?? refusing(`Nobody answers at ${url}.`, true);
    return typeof answer === 'function' ? await answer() : answer;
  }
}
