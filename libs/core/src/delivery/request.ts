import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { lastMember, scanArray, scanObject, type ScannedObject } from '../json/spans.ts';
import { memberName, putLastMember } from '../json/splice.ts';
import type { Received } from '../ports/event-log.ts';
import type { StoreSnapshot } from '../ports/registry.ts';
import type { SendRequest } from '../ports/sender.ts';
import type { Mapping } from '../routing/mapping.ts';

/** Answers beyond this are a failure. */
const MAX_ANSWER_BYTES = 1 << 20;
const USER_AGENT = 'Crossdock/0.1';
const PARAMETERS = memberName('parameters');
/** The payload was looked at when it came in: what the log holds is delivered, however many members it has. */
const ANYTHING = { maxDepth: Number.POSITIVE_INFINITY, maxEntries: Number.POSITIVE_INFINITY };

/** Text as UTF-8 and back, by the platform: it is faster at it than this library. */
export interface Utf8 {
  readonly encode: (text: string) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => string;
}

export interface RequestInput {
  /** The delivery's id: the `message_id` that the endpoint sees. */
  readonly delivery: string;
  readonly received: Pick<Received, 'payload'> & { readonly event: Pick<Received['event'], 'store' | 'message' | 'source'> };
  readonly mapping: Pick<Mapping, 'url' | 'token' | 'parameters'> & { readonly options: Pick<Mapping['options'], 'timeoutMs'> };
  readonly snapshot: Pick<StoreSnapshot, 'store' | 'parameters'>;
}

/** What a delivery sends: the payload byte for byte, with `parameters` as its last member. */
export function buildRequest(input: RequestInput, utf8: Utf8): SendRequest {
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
    body: buildBody(input, utf8),
    timeoutMs: mapping.options.timeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  };
}

/** The body in parts; most of it are the bytes that were pushed. */
function buildBody(input: RequestInput, utf8: Utf8): readonly Uint8Array[] {
  const { event, payload } = input.received;
  const source = event.source === undefined ? '' : `,"source":${JSON.stringify(event.source)}`;
  const object = scanObject(payload, 0, ANYTHING);
  if (!object.ok) throw new TypeError(`The payload of delivery ${input.delivery} is not an object.`);
  const parameters = utf8.encode(`[${parameterTexts(input, object, utf8).join(',')}]`);
  return [
    utf8.encode(`{"message":${JSON.stringify(event.message)},"message_id":"${input.delivery}","payload":`),
    ...putLastMember(payload, object, PARAMETERS, parameters),
    utf8.encode(`,"store_id":"${event.store}"${source}}`),
  ];
}

/** JSON texts of the parameters: those that the payload brought along first, as they stand; the hub's own win over equal names. */
function parameterTexts(input: RequestInput, object: ScannedObject, utf8: Utf8): readonly string[] {
  const own = ownParameters(input);
  const names = new Set(own.map(({ name }) => name));
  return [...broughtAlong(input.received.payload, object, names, utf8), ...own.map((parameter) => JSON.stringify(parameter))];
}

/** What the mapping sends: `store_id` always, then the parameters that it names and the store has, and its own values. */
function ownParameters({ mapping, snapshot }: RequestInput): readonly { readonly name: string; readonly value: JsonValue }[] {
  const own: { name: string; value: JsonValue }[] = [{ name: 'store_id', value: snapshot.store }];
  for (const parameter of mapping.parameters) {
    const value = 'value' in parameter ? parameter.value : snapshot.parameters.get(parameter.name)?.value;
    if (value !== undefined && parameter.name !== 'store_id') own.push({ name: parameter.name, value });
  }
  return own;
}

function broughtAlong(payload: Uint8Array, object: ScannedObject, except: ReadonlySet<string>, utf8: Utf8): readonly string[] {
  const member = lastMember(object.members, PARAMETERS.key);
  if (member?.kind !== 'array') return [];
  const array = scanArray(payload, member.valueStart, ANYTHING);
  if (!array.ok) return [];
  return array.elements.flatMap(({ valueStart, valueEnd }) => {
    const text = utf8.decode(payload.subarray(valueStart, valueEnd));
    const value: unknown = JSON.parse(text);
    const name = isJsonObject(value) ? value['name'] : undefined;
    return typeof name === 'string' && except.has(name) ? [] : [text];
  });
}
