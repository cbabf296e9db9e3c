import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Change, FieldProblem, FilterView, Removed, Saved } from './registry-admin.ts';
import type { ParameterType } from './registry.ts';

/** A parameter that a service wants. */
export interface WantedParameter {
  readonly name: string;
  readonly description: string;
  readonly data_type: ParameterType;
  /** Its type is `password`: what a store says is to be sealed and masked. */
  readonly secret?: boolean;
  readonly optional: boolean;
  /** What it is unless the store says otherwise. */
  readonly default?: JsonValue;
}

/** One POST path of an endpoint, as its `endpoint.json` describes it, made regular. */
export interface ServiceDescription {
  /** Lower case letters, digits, `-` and `_`. The mapping is named `<integration>.<service>`. */
  readonly name: string;
  /** Begins with `/`; what the endpoint's URL is followed by. */
  readonly path: string;
  readonly description: string;
  /** Its mapping cannot be deleted. */
  readonly required: boolean;
  readonly requires: { readonly parameters: readonly WantedParameter[] };
  readonly recommends: {
    readonly messages: readonly string[];
    readonly identifiers: Readonly<Record<string, string>>;
    readonly filters: readonly FilterView[];
    /** Mapping options as the file gives them; those that are not usable are left out with a warning. */
    readonly options: JsonObject;
  };
  /** Message types that its answers may hold. */
  readonly produces: readonly string[];
}

/** An endpoint application, as its `endpoint.json` describes it, made regular. */
export interface EndpointDescription {
  readonly name: string;
  readonly display: string;
  readonly description: string;
  readonly icon_url: string | null;
  readonly help: string;
  readonly services: readonly ServiceDescription[];
}

/** How a look at an endpoint's description ends. `problems` have pointers into the file; '' is the whole, or the fetch. */
export type DescriptorRead =
  | { readonly ok: true; readonly description: EndpointDescription; readonly warnings: readonly FieldProblem[] }
  | { readonly ok: false; readonly problems: readonly FieldProblem[]; readonly retriable: boolean };

/** Fetches and reads `endpoint.json`. Never throws, always ends in time. */
export interface DescriptorSource {
  /** @param url base URL of the endpoint, absolute http or https */
  fetch(url: string): Promise<DescriptorRead>;
}

/** `pending`: to be fetched, `failed`: see error_messages; it is tried again at `next_fetch_at` unless that is null. */
export type DescriptorState = 'pending' | 'ready' | 'failed';

/** An integration as people see it. */
export interface IntegrationView {
  readonly id: string;
  readonly store_id: string;
  readonly name: string;
  readonly url: string;
  readonly category: string;
  /** Masked; null where there is none. */
  readonly token: string | null;
  readonly display: string;
  readonly description: string;
  readonly icon_url: string | null;
  readonly help: string;
  readonly services: readonly ServiceDescription[];
  readonly state: DescriptorState;
  /** What is wrong with its endpoint.json, what it means, and what to do. */
  readonly error_messages: readonly FieldProblem[];
  readonly warnings: readonly FieldProblem[];
  readonly fetched_at: string | null;
  readonly next_fetch_at: string | null;
  /** Its mappings, by name. */
  readonly mappings: readonly { readonly id: string; readonly name: string; readonly service: string; readonly enabled: boolean }[];
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Whom deliveries go to, as people know it. */
export interface Destination {
  readonly name: string;
  readonly icon_url: string | null;
}

export interface IntegrationStore {
  /** By name. */
  list(store: string): Promise<readonly IntegrationView[]>;
  get(store: string, id: string): Promise<IntegrationView | undefined>;
  /** The description is fetched in the background. */
  create(store: string, input: JsonObject, change?: Change): Promise<Saved<IntegrationView>>;
  /** Members that are not given stay as they are. Its mappings follow a new URL and a new token. */
  update(store: string, id: string, input: JsonObject, change?: Change): Promise<Saved<IntegrationView>>;
  /** With its mappings, required ones included; parameters stay, they are the store's. */
  remove(store: string, id: string, change?: Change): Promise<Removed>;
  /** The description is to be fetched again, soon. */
  refresh(store: string, id: string): Promise<Saved<IntegrationView>>;
  /** Makes mappings of the services named, and parameters from what they require. */
  signup(store: string, id: string, input: JsonObject, change?: Change): Promise<Saved<IntegrationView>>;
  /** Switches all its mappings on or off. */
  switchMappings(store: string, id: string, enabled: boolean, change?: Change): Promise<Saved<IntegrationView>>;
  /** The integration that a mapping is of; undefined where it is of none, or is gone. */
  destinationOf(store: string, mapping: string): Promise<Destination | undefined>;
}
