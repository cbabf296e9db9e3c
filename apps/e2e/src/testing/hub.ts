import { call, type Answer } from './http.ts';
import { eventually, type Patience } from './eventually.ts';
import type { System } from './system.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

export interface Counts {
  readonly incoming: number;
  readonly archived: number;
  readonly pending: number;
  readonly failing: number;
  readonly scheduled: number;
  readonly parked: number;
}
export interface Child {
  readonly id: string;
  readonly message: string;
  readonly state: string;
  readonly location: string;
  readonly consumer: string | null;
}
export interface ShownAttempt {
  readonly number: number;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly request: { readonly method: string; readonly url: string };
  readonly status: number | null;
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly bytes: number } | null;
  readonly error: { readonly class: string; readonly text: string } | null;
  readonly warnings: readonly string[];
  readonly late: boolean;
}
export interface ShownNotification {
  readonly id: string;
  readonly message_id: string;
  readonly level: string;
  readonly subject: string;
  readonly description: string;
  readonly occurrences: number;
  readonly origin: string;
  readonly reference_type: string | null;
  readonly reference_id: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}
export interface Reason {
  readonly code: string;
  readonly mapping: string;
  readonly explanation?: string;
  readonly earlier_message_id?: string;
  readonly filter?: Readonly<Record<string, unknown>>;
}
/** `GET …/messages/:id`. */
export interface Story {
  readonly id: string;
  readonly store_id: string;
  readonly message: string;
  readonly state: string;
  readonly queue_name: string;
  readonly source: string | null;
  readonly consumer: string | null;
  readonly parent_id: string | null;
  readonly root_id: string;
  readonly origin?: string;
  readonly created_at: string;
  readonly attempt_at: string | null;
  readonly completed_at: string | null;
  readonly locked_at: string | null;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly last_error_class?: string | null;
  readonly parked_because?: string | null;
  readonly result: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validation?: {
    readonly errors: readonly { readonly pointer: string; readonly code: string }[];
    readonly warnings: readonly { readonly code: string }[];
  };
  readonly routing?: {
    readonly revision: number;
    readonly sent: readonly { readonly mapping: string; readonly message_id: string }[];
    readonly not_sent: readonly Reason[];
  } | null;
  readonly attempt_history?: readonly ShownAttempt[];
  readonly children: readonly Child[];
  readonly notifications: readonly ShownNotification[];
  readonly timeline: readonly { readonly version: number; readonly event: string; readonly at: string; readonly attempt?: number }[];
  readonly payload: Readonly<Record<string, unknown>>;
}
export interface ListPage {
  readonly messages: readonly (Omit<Child, 'location'> & {
    readonly queue_name: string;
    readonly attempts: number;
    readonly created_at: string;
    readonly parent_id: string | null;
    readonly source: string | null;
    readonly mapping_id: string | null;
  })[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly available_messages: readonly string[];
  readonly available_consumers: readonly string[];
}
export interface NotificationPage {
  readonly notifications: readonly ShownNotification[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}
export interface ShownMapping {
  readonly id: string;
  readonly name: string;
  readonly [member: string]: unknown;
}
export interface ShownParameter {
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
  readonly data_type: string;
  readonly [member: string]: unknown;
}

/** An error as the API answers it. */
export interface ApiError {
  readonly error: string;
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  readonly code: string;
  readonly hint: string;
}

/** A status that was not asked for, told with the answer. */
function expectStatus(answer: Answer, wanted: number, what: string): Answer {
  if (answer.status !== wanted) throw new Error(`${what} was answered ${answer.status}, not ${wanted}: ${answer.text.slice(0, 1_000)}`);
  return answer;
}

/** A new store, and a client that speaks for it. */
export async function newStore(system: System, name = 'A store'): Promise<StoreClient> {
  const answer = await call(`${system.api}/api/stores`, {
    method: 'POST',
    headers: { ...JSON_TYPE, 'x-augury-token': system.adminToken },
    body: JSON.stringify({ name }),
  });
  const made = expectStatus(answer, 201, 'Making a store').json as { readonly id: string; readonly token: string };
  return new StoreClient(system, made.id, made.token);
}

export class StoreClient {
  readonly system: System;
  readonly id: string;
  readonly token: string;

  constructor(system: System, id: string, token: string) {
    this.system = system;
    this.id = id;
    this.token = token;
  }

  /** Any request below the store's path, with its token. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    return await call(`${this.system.api}/api/stores/${this.id}${path}`, {
      method,
      headers: { 'x-augury-token': this.token, ...(body === undefined ? {} : JSON_TYPE) },
      ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
  }

  async read<T>(path: string): Promise<T> {
    return expectStatus(await this.request('GET', path), 200, `GET ${path}`).json as T;
  }

  /** Pushes a body as it is; answers the id. */
  async pushBody(body: string | Uint8Array): Promise<string> {
    const answer = expectStatus(await this.request('POST', '/messages', body), 201, 'A push');
    return (answer.json as { readonly message_id: string }).message_id;
  }

  async push(message: string, payload: unknown, members: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return await this.pushBody(JSON.stringify({ message, payload, ...members }));
  }

  async story(id: string): Promise<Story> {
    return await this.read<Story>(`/messages/${id}`);
  }

  /** The story once it is in this state. */
  async storyIn(state: string, id: string, patience?: Patience): Promise<Story> {
    return await eventually(async () => {
      const story = await this.story(id);
      if (story.state !== state) throw new Error(`${id} is ${story.state}, not ${state}: ${JSON.stringify(story.timeline)}`);
      return story;
    }, patience);
  }

  /** The story of the only delivery of a message, once it is in this state. */
  async deliveryIn(state: string, message: string, patience?: Patience): Promise<Story> {
    const { children } = await this.storyIn('routed', message, patience);
    const [child] = children;
    if (child === undefined || children.length > 1) throw new Error(`${message} has ${children.length} deliveries.`);
    return await this.storyIn(state, child.id, patience);
  }

  async verb(id: string, verb: string): Promise<Answer> {
    return await this.request('PUT', `/messages/${id}?${verb}`);
  }

  async counts(): Promise<Counts> {
    return await this.read<Counts>('/queues');
  }

  async queue(name: string, query = ''): Promise<ListPage> {
    return await this.read<ListPage>(`/queues/${name}${query}`);
  }

  async notifications(query = ''): Promise<NotificationPage> {
    return await this.read<NotificationPage>(`/notifications${query}`);
  }

  /** A mapping of these types to that URL. */
  async map(name: string, messages: readonly string[], url: string, more: Readonly<Record<string, unknown>> = {}): Promise<ShownMapping> {
    const answer = await this.request('POST', '/mappings', { name, messages, url, ...more });
    return expectStatus(answer, 201, `The mapping ${name}`).json as ShownMapping;
  }

  async setParameter(name: string, value: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<ShownParameter> {
    return expectStatus(await this.request('POST', '/parameters', { name, value, ...more }), 201, `The parameter ${name}`)
      .json as ShownParameter;
  }

  async parameters(): Promise<readonly ShownParameter[]> {
    return await this.read<readonly ShownParameter[]>('/parameters');
  }
}

/** How many there are in all queues together. */
export function totalOf({ incoming, archived, pending, failing, scheduled, parked }: Counts): number {
  return incoming + archived + pending + failing + scheduled + parked;
}
