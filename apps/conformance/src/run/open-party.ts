import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Need } from '../suite/case.ts';
import { Endpoint } from './endpoint.ts';
import { exchange, type Came } from './exchange.ts';
import type { Party } from './session.ts';

/** Which hub is tried, and with what. */
export interface Target {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** Of a store, or an administrator's: then a store is made. */
  readonly token: string | undefined;
  readonly store: string | undefined;
  readonly adminToken: string | undefined;
  /** By what name or address the hub reaches this machine. */
  readonly endpointHost: string;
  /** The hub's size limit for bodies. */
  readonly maxBodyBytes: number;
  /** Go ahead though the store has mappings. */
  readonly storeInUse: boolean;
}

/** Why there is nothing to try. */
export interface Obstacle {
  readonly kind: 'obstacle';
  readonly what: string;
  readonly next: string;
}

export interface OpenParty extends Party {
  readonly kind: 'party';
  close(): Promise<void>;
}

interface Store {
  readonly id: string;
  readonly token: string;
}

const ANSWER_MS = 15_000;
const REACH_MS = 15_000;

const obstacle = (what: string, next: string): Obstacle => ({ kind: 'obstacle', what, next });

/**
 * Everything that cases need: the store, another one where there is an administrator's token, and an endpoint that the hub calls.
 * @param needs what the cases to be run need
 */
export async function openParty(target: Target, needs: ReadonlySet<Need>): Promise<OpenParty | Obstacle> {
  const suffix = randomBytes(4).toString('hex');
  const store = await findStore(target, suffix);
  if ('kind' in store) return store;
  const refusal = await judgeStore(target, store);
  if (refusal !== undefined) return refusal;
  const admin = target.adminToken ?? (target.store === undefined ? target.token : undefined);
  const wantsOther = admin !== undefined && needs.has('admin');
  const other = wantsOther ? await makeStore(target.url, admin, `Conformance ${suffix}, another`) : undefined;
  if (other !== undefined && 'kind' in other) return other;
  const endpoint = needs.has('endpoint') ? await openEndpoint(target, store, suffix) : 'no case needs it';
  const known = { suffix, store: store.id, token: store.token, ...constants(target), ...(other === undefined ? {} : { other: other.id }) };
  return {
    kind: 'party',
    url: target.url,
    tokens: { store: store.token, ...(other === undefined ? {} : { other: other.token }), ...(admin === undefined ? {} : { admin }) },
    ...withEndpoint(endpoint, known, admin === undefined ? { admin: 'it needs --admin-token' } : {}),
  };
}

const constants = ({ maxBodyBytes }: Target) => ({ no_store: '0123456789abcdef01234567', too_many_bytes: String(maxBodyBytes + 1) });

/** What is known and what is lacking, with the endpoint or the reason why there is none. */
function withEndpoint(endpoint: Endpoint | string, known: object, lacks: Party['lacks']): Pick<OpenParty, 'known' | 'lacks' | 'close'> {
  if (typeof endpoint === 'string') {
    return { known: new Map(Object.entries(known)), lacks: { ...lacks, endpoint }, close: () => Promise.resolve() };
  }
  return { known: new Map(Object.entries({ ...known, endpoint: endpoint.url })), lacks, close: () => endpoint.close() };
}

async function findStore(target: Target, suffix: string): Promise<Store | Obstacle> {
  const { token, store, adminToken, url } = target;
  if (store !== undefined && token !== undefined) return { id: store, token };
  if (store !== undefined)
    return obstacle(`The token of the store ${store} is missing.`, 'Say --token with it; --admin-token may be given beside it.');
  const admin = adminToken ?? token;
  if (admin === undefined) return obstacle('There is no token.', 'Say --token and --store, or --admin-token to have a store made.');
  return await makeStore(url, admin, `Conformance ${suffix}`);
}

async function makeStore(url: string, admin: string, name: string): Promise<Store | Obstacle> {
  const came = await ask(url, ['POST', '/api/stores'], admin, { name });
  if (typeof came === 'string') return unreachable(url, came);
  if (came.status === 403)
    return obstacle('The token is a store’s, and no store is said.', 'Say --store with its id, or --admin-token to have a store made.');
  const made = came.status === 201 ? (JSON.parse(came.text) as Partial<Store>) : {};
  if (typeof made.id === 'string' && typeof made.token === 'string') return { id: made.id, token: made.token };
  return obstacle(
    `No store could be made: POST /api/stores was answered ${came.status} ${came.text.slice(0, 200)}`,
    'Check --url and --admin-token, or say --token and --store.',
  );
}

/** Cases push orders that mean nothing: nobody's warehouse should get them. */
async function judgeStore({ url, storeInUse }: Target, store: Store): Promise<Obstacle | undefined> {
  const came = await ask(url, ['GET', `/api/stores/${store.id}/mappings`], store.token);
  if (typeof came === 'string') return unreachable(url, came);
  if (came.status === 401 || came.status === 404)
    return obstacle(`The store ${store.id} was answered ${came.status} ${came.text.slice(0, 200)}`, 'Check --store and --token.');
  const mappings = countOf(came.text);
  if (mappings === 0 || storeInUse) return undefined;
  return obstacle(
    `The store ${store.id} has ${mappings} mappings: their endpoints would be sent what the cases push.`,
    'Say another --store, or --admin-token to have one made; --store-in-use goes ahead all the same.',
  );
}

function countOf(text: string): number {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.length : 0;
  } catch {
    return 0;
  }
}

/** An endpoint that the hub has called, or why there is none. */
async function openEndpoint({ url, endpointHost }: Target, store: Store, suffix: string): Promise<Endpoint | string> {
  const endpoint = await Endpoint.open(endpointHost, suffix);
  const type = `conformance.${suffix}:probe`;
  const mapping = { name: `conformance.probe-${suffix}`, messages: [type], url: `${endpoint.url}/service` };
  const made = await ask(url, ['POST', `/api/stores/${store.id}/mappings`], store.token, mapping);
  const status = typeof made === 'string' ? 0 : made.status;
  const reason = status === 201 ? await reach(endpoint) : `the hub does not take ${endpoint.url} as an endpoint (${describe(made)})`;
  if (status === 201 && typeof made !== 'string') {
    const { id } = JSON.parse(made.text) as { readonly id: string };
    await ask(url, ['DELETE', `/api/stores/${store.id}/mappings/${id}`], store.token);
  }
  if (reason === undefined) return endpoint;
  await endpoint.close();
  return reason;

  async function reach(listening: Endpoint): Promise<string | undefined> {
    await ask(url, ['POST', `/api/stores/${store.id}/messages`], store.token, { message: type, payload: {} });
    const end = performance.now() + REACH_MS;
    while (listening.requests === 0 && performance.now() < end) await pause(50);
    return listening.requests > 0 ? undefined : `the hub did not reach ${listening.url}: say with --endpoint-host by what name it can`;
  }
}

/** One request with a token; what came, or why nothing did. */
async function ask(url: string, [method, path]: readonly [string, string], token: string, json?: unknown): Promise<Came | string> {
  try {
    return await exchange({
      method,
      url: url + path,
      headers: { 'x-augury-token': token, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      body: json === undefined ? undefined : Buffer.from(JSON.stringify(json)),
      timeoutMs: ANSWER_MS,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const describe = (came: Came | string): string => (typeof came === 'string' ? came : `${came.status} ${came.text.slice(0, 200)}`);
const unreachable = (url: string, why: string): Obstacle =>
  obstacle(`Nothing answers at ${url}: ${why}`, 'Check --url; npm start shows the address of its API.');
