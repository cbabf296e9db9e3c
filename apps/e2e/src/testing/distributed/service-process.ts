import { join } from 'node:path';
import { Child, root } from '../child-process.ts';

export const serviceNames = ['validator', 'router', 'delivery', 'notifications', 'ingest-api'] as const;
export type ServiceName = (typeof serviceNames)[number];

const READY = '"event":"service_ready"';

/** One service, as its `main` runs it. */
export class ServiceProcess extends Child {
  readonly name: ServiceName;
  /** How Kafka calls it. */
  readonly clientId: string;

  constructor(name: ServiceName, clientId: string, env: Readonly<Record<string, string>>) {
    super(join(root, `apps/${name}/dist/main.js`), [], { ...env, CROSSDOCK_KAFKA_CLIENT_ID: clientId });
    this.name = name;
    this.clientId = clientId;
  }

  get isReady(): boolean {
    return this.output.includes(READY);
  }

  /** Where it answers (requests, or probes), as soon as it is ready; fails where it ends before. */
  async ready(within = 60_000): Promise<string> {
    const line = await this.line(`ready ${this.name}`, (text) => text.includes(READY), within);
    return (JSON.parse(line) as { readonly url: string }).url;
  }
}
