/**
 * What an endpoint is to the hub: a web application that offers services, each a POST. All an endpoint needs is in this folder;
 * take serve-endpoints.ts and one of the others as the start of your own.
 */

/** What the hub posts to a service. */
export interface ServiceRequest {
  /** The type, such as `order:new`. */
  readonly message: string;
  /** The answer must repeat it. The same id may come again, after a time-out for instance: then do nothing twice. */
  readonly message_id: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a service answers. Status 200 is success; with anything else the hub tries again later. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: {
    readonly message_id: string;
    /** Why it failed. */
    readonly error?: string;
    /** New messages for the hub to route. */
    readonly messages?: readonly { readonly message: string; readonly payload: object }[];
    /** For people to read; these count also when the status says failure. */
    readonly notifications?: readonly ServiceNotification[];
    /** Values the store keeps; the next request brings them along. */
    readonly parameters?: readonly { readonly name: string; readonly value: unknown }[];
  };
}

export interface ServiceNotification {
  readonly level: 'info' | 'warn' | 'error';
  readonly subject: string;
  readonly description: string;
  readonly reference_type?: string;
  readonly reference_id?: string;
}

/** A configuration value that a service wants from the store. */
export interface ServiceParameter {
  readonly name: string;
  readonly description: string;
  /** `password` is a text that the hub keeps secret. */
  readonly data_type: 'string' | 'integer' | 'float' | 'boolean' | 'list' | 'password';
  readonly optional?: boolean;
  readonly default?: string | number | boolean;
}

/** All but the last is told to the hub, which makes a mapping of it when an integration signs up. */
export interface Service {
  readonly name: string;
  readonly description: string;
  /** Message types it is made for. */
  readonly messages: readonly string[];
  /** The endpoint is of no use without it: its mapping cannot be deleted. */
  readonly required?: boolean;
  readonly parameters?: readonly ServiceParameter[];
  /** Names and paths of what makes a message unique: of equal ones it is sent the first. */
  readonly identifiers?: Readonly<Record<string, string>>;
  /** What a message must be like. */
  readonly filters?: readonly { readonly path: string; readonly operator: string; readonly value?: string | number }[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** Message types of its answers. */
  readonly produces?: readonly string[];
  handle(request: ServiceRequest): ServiceAnswer | Promise<ServiceAnswer>;
}

export interface Endpoint {
  /** Lower case letters, digits, `-` and `_`: the first segment of its address. */
  readonly name: string;
  /** Its name for people. */
  readonly display: string;
  readonly description: string;
  readonly services: readonly Service[];
}

/** Success, with whatever else the hub is to know. */
export function succeeded({ message_id }: ServiceRequest, more: Omit<ServiceAnswer['body'], 'message_id'> = {}): ServiceAnswer {
  return { status: 200, body: { message_id, ...more } };
}

/** A member of the payload that should be an object; `{}` where it is none. Stores send all kinds of things. */
export function objectAt(holder: Readonly<Record<string, unknown>>, member: string): Readonly<Record<string, unknown>> {
  const value = holder[member];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

/** A member as text; `otherwise` where there is none. */
export function textAt(holder: Readonly<Record<string, unknown>>, member: string, otherwise: string): string {
  const value = holder[member];
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : otherwise;
}

/** A configuration value of the store; the hub sends those that the mapping names with every request. */
export function parameter({ payload }: ServiceRequest, name: string): unknown {
  const listed: readonly unknown[] = Array.isArray(payload['parameters']) ? payload['parameters'] : [];
  for (const entry of listed) {
    if (typeof entry === 'object' && entry !== null && 'name' in entry && entry.name === name)
      return 'value' in entry ? entry.value : undefined;
  }
  return undefined;
}
