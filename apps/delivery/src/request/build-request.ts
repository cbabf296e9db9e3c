import {
  isJsonObject,
  lastMember,
  memberName,
  putLastMember,
  scanArray,
  scanObject,
  type JsonValue,
  type Mapping,
  type Received,
  type ScannedObject,
  type SendRequest,
  type StoreSnapshot,
} from '@crossdock/core';

/** Answers beyond this are a failure. */
const MAX_ANSWER_BYTES = 1 << 20;
const USER_AGENT = 'Crossdock/0.1';
const PARAMETERS = memberName('parameters');
/** The payload was looked at when it came in: what the log holds is delivered, however many members it has. */
const ANYTHING = { maxDepth: Number.POSITIVE_INFINITY, maxEntries: Number.POSITIVE_INFINITY };

export interface RequestInput {
  readonly delivery: string;
  readonly received: Received;
  readonly mapping: Mapping;
  readonly snapshot: StoreSnapshot;
}

/** The request of hub-protocol §6: the payload byte for byte, with `parameters` as its last member. */
export function buildRequest(input: RequestInput): SendRequest {
  const { mapping, delivery } = input;
  return {
    url: mapping.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': USER_AGENT,
      'webhook-id': `msg_${delivery}`,
      ...(mapping.token === undefined ? {} : { 'x-augury-token': mapping.token }),
    },
    body: buildBody(input),
    timeoutMs: mapping.options.timeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  };
}

/** The body in parts; most of it are the bytes that were pushed. */
export function buildBody({ delivery, received, mapping, snapshot }: RequestInput): readonly Uint8Array[] {
  const { event, payload } = received;
  const source = event.source === undefined ? '' : `,"source":${JSON.stringify(event.source)}`;
  const object = scanObject(payload, 0, ANYTHING);
  if (!object.ok) throw new TypeError(`The payload of delivery ${delivery} is not an object.`);
  const parameters = Buffer.from(`[${parameterTexts(payload, object, mapping, snapshot).join(',')}]`);
  return [
    Buffer.from(`{"message":${JSON.stringify(event.message)},"message_id":"${delivery}","payload":`),
    ...putLastMember(payload, object, PARAMETERS, parameters),
    Buffer.from(`,"store_id":"${event.store}"${source}}`),
  ];
}

/** JSON texts of the parameters: those that the payload brought along first, as they stand; the hub's own win over equal names. */
function parameterTexts(payload: Uint8Array, object: ScannedObject, mapping: Mapping, snapshot: StoreSnapshot): readonly string[] {
  const own = ownParameters(mapping, snapshot);
  const names = new Set(own.map(({ name }) => name));
  return [...broughtAlong(payload, object, names), ...own.map((parameter) => JSON.stringify(parameter))];
}

/** What the mapping sends: `store_id` always, then the parameters that it names and the store has, and its own values. */
export function ownParameters(mapping: Mapping, snapshot: StoreSnapshot): readonly { readonly name: string; readonly value: JsonValue }[] {
  const own: { name: string; value: JsonValue }[] = [{ name: 'store_id', value: snapshot.store }];
  for (const parameter of mapping.parameters) {
    const value = 'value' in parameter ? parameter.value : snapshot.parameters.get(parameter.name)?.value;
    if (value !== undefined && parameter.name !== 'store_id') own.push({ name: parameter.name, value });
  }
  return own;
}

function broughtAlong(payload: Uint8Array, object: ScannedObject, except: ReadonlySet<string>): readonly string[] {
  const member = lastMember(object.members, PARAMETERS.key);
  if (member?.kind !== 'array') return [];
  const array = scanArray(payload, member.valueStart, ANYTHING);
  if (!array.ok) return [];
  return array.elements.flatMap(({ valueStart, valueEnd }) => {
    const text = Buffer.from(payload.subarray(valueStart, valueEnd)).toString('utf8');
    const value: unknown = JSON.parse(text);
    const name = isJsonObject(value) ? value['name'] : undefined;
    return typeof name === 'string' && except.has(name) ? [] : [text];
  });
}
